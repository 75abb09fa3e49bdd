"""The stack on one machine: real Kafka and MinIO, the workers, and a supervisor that keeps them alive.

    cache.py  fetch.py            the server programs: where they lie, how they get there
    process.py  logs.py  birth.py a child process, its log, and how to recognise it again by pid
    kafka_server.py  kafka_probe.py  minio_server.py  postgres_server.py    one server each
    supervisor.py  keeper.py  worker_log.py    the daemon: starts in order, restarts what dies, stops in order
    stack.py  state.py  ports.py  environment.py  plan.py    `chancery up` and `chancery down`
    home.py  preflight.py  sameness.py  waiting.py           what is looked at before a start and until it is done
    doctor.py  machine.py         what is missing on this machine, and the command that brings it

Linux only: /proc, `setpriv` and process groups are used. Everything listens on the loopback address alone.
"""
