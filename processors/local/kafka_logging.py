"""How the broker logs: everything to its standard output, and what it refused to a log that is rotated."""

from __future__ import annotations

from pathlib import Path

_EVERYTHING = """status = warn
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %-5p %c{1} %m%n
rootLogger.level = info
rootLogger.appenderRef.out.ref = out
"""

#: Named in the options of java, since a path may hold what log4j takes for a lookup.
_PROPERTY = "chancery.refusals"

#: Read by `refusals/kafka_lines.py`. Line breaks are encoded: a client chooses the names in it. A log of its own,
#: of bounded size: whoever is refused again and again must not fill the disk.
_REFUSED = f"""appender.refused.type = RollingFile
appender.refused.name = refused
appender.refused.fileName = ${{sys:{_PROPERTY}}}
appender.refused.filePattern = ${{sys:{_PROPERTY}}}.%i
appender.refused.layout.type = PatternLayout
appender.refused.layout.charset = UTF-8
appender.refused.layout.pattern = %d{{UNIX_MILLIS}}\\t%c{{1}}\\t%enc{{%m}}{{CRLF}}%n
appender.refused.policies.type = Policies
appender.refused.policies.size.type = SizeBasedTriggeringPolicy
appender.refused.policies.size.size = 8MB
appender.refused.strategy.type = DefaultRolloverStrategy
appender.refused.strategy.fileIndex = min
appender.refused.strategy.max = 8
logger.authorizer.name = kafka.authorizer.logger
logger.authorizer.level = info
logger.authorizer.additivity = false
logger.authorizer.appenderRef.refused.ref = refused
logger.selector.name = org.apache.kafka.common.network.Selector
logger.selector.level = info
logger.selector.appenderRef.refused.ref = refused
"""


def properties(refused: Path | None) -> str:
    """The settings of log4j; `refused` None: what is refused goes where everything goes."""
    return _EVERYTHING + (_REFUSED if refused else "")


def options(refused: Path | None) -> list[str]:
    """What java must be told besides."""
    return [f"-D{_PROPERTY}={refused.resolve()}"] if refused else []
