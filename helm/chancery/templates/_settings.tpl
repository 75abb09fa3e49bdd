{{/* Variables and files by which a process finds servers and signs in. Passwords are files, never variables. */}}

{{/* What all processes are told. */}}
{{- define "chancery.settings" -}}
- {name: HOME, value: /tmp}
- {name: CHANCERY_HOME, value: /var/lib/chancery}
- {name: CHANCERY_PREFIX, value: {{ .root.Values.prefix | quote }}}
- {name: CHANCERY_AGENCIES, value: {{ join "," .root.Values.agencies | quote }}}
{{- with .root.Values.kafka.partitions }}
{{- $pairs := list }}
{{- range $topic, $count := . }}
{{- $pairs = append $pairs (printf "%s=%v" $topic (int $count)) }}
{{- end }}
- {name: CHANCERY_PARTITIONS, value: {{ join "," $pairs | quote }}}
{{- end }}
- {name: CHANCERY_WORK_SECONDS, value: {{ .root.Values.workSeconds | quote }}}
- {name: CHANCERY_FINISH_SECONDS, value: {{ add .root.Values.workSeconds 30 | quote }}}
{{- /* Who has no walls cannot be asked for them; whoever parses documents (.walled) can. */}}
{{- $mode := .root.Values.sandbox.mode }}
- {name: CHANCERY_SANDBOX, value: {{ ternary $mode "auto" (or (ne $mode "on") (eq true .walled)) | quote }}}
- {name: CHANCERY_AUDIT_CHAINS, value: {{ .root.Values.audit.chains | quote }}}
- {name: OMP_THREAD_LIMIT, value: "1"}
{{- if .root.Values.documentTypesConfigMap }}
- {name: CHANCERY_DOCUMENT_TYPES, value: /etc/chancery/types}
{{- end }}
{{- if .root.Values.policiesConfigMap }}
- {name: CHANCERY_POLICIES, value: /etc/chancery/policies}
{{- end }}
{{- if .root.Values.consoleUsersConfigMap }}
- {name: CHANCERY_CONSOLE_USERS, value: /etc/chancery/people/console-users.json}
{{- end }}
{{- range $name, $value := merge (dict) (.env | default dict) .root.Values.settings }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}

{{/* .kafka: who signs in to Kafka. */}}
{{- define "chancery.kafka" -}}
- {name: CHANCERY_KAFKA, value: {{ .root.Values.kafka.bootstrap | quote }}}
- {name: CHANCERY_KAFKA_SECURITY, value: {{ .root.Values.kafka.security | quote }}}
{{- if eq .root.Values.kafka.security "sasl_ssl" }}
- {name: CHANCERY_KAFKA_USER, value: {{ .kafka | quote }}}
- {name: CHANCERY_KAFKA_PASSWORD_FILE, value: /etc/chancery/secrets/kafka-password}
{{- if eq .root.Values.kafka.users "strimzi" }}
- {name: CHANCERY_KAFKA_USERS, value: strimzi}
{{- end }}
{{- if or .root.Values.kafka.ca.secret .root.Values.kafka.ca.configMap }}
- {name: CHANCERY_KAFKA_CA, value: /etc/chancery/trust/kafka.pem}
{{- end }}
{{- end }}
{{- end }}

{{/* .store: who signs in to the object store; empty where the Secret names the access key as well. */}}
{{- define "chancery.store" -}}
- {name: CHANCERY_S3, value: {{ .root.Values.store.endpoint | quote }}}
- {name: CHANCERY_S3_TLS, value: {{ ternary "on" "off" .root.Values.store.tls | quote }}}
- {name: CHANCERY_S3_REGION, value: {{ .root.Values.store.region | quote }}}
{{- if .store }}
- {name: CHANCERY_S3_ACCESS_KEY, value: {{ .store | quote }}}
{{- else }}
- {name: CHANCERY_S3_ACCESS_KEY_FILE, value: /etc/chancery/secrets/store-access-key}
{{- end }}
- {name: CHANCERY_S3_SECRET_KEY_FILE, value: /etc/chancery/secrets/store-secret-key}
- {name: CHANCERY_NOTIFICATION_ARNS, value: {{ join "," .root.Values.store.notificationArns | quote }}}
{{- if or .root.Values.store.ca.secret .root.Values.store.ca.configMap }}
- {name: CHANCERY_S3_CA, value: /etc/chancery/trust/store.pem}
{{- end }}
{{- end }}

{{- define "chancery.database" -}}
- {name: CHANCERY_DATABASE_FILE, value: /etc/chancery/secrets/database}
{{- end }}

{{/* Where the work of a stage is told of; off also where the local stack would write files. */}}
{{- define "chancery.traces" -}}
{{- with .root.Values.traces }}
- {name: CHANCERY_TRACES, value: {{ .endpoint | default "off" | quote }}}
- {name: CHANCERY_TRACE_SHARE, value: {{ printf "%.6f" (float64 .share) | quote }}}
{{- if or .ca.secret .ca.configMap }}
- {name: CHANCERY_TRACES_CA, value: /etc/chancery/trust/traces.pem}
{{- end }}
{{- end }}
{{- end }}

{{/* Where a language server answers; .reads is "LANGUAGE" or "VISION". What .env says is said there. */}}
{{- define "chancery.language" -}}
{{- with .root.Values.language }}
{{- $url := .url | default (printf "%s://%s-language:8000/v1" (ternary "https" "http" (not (not .server.tlsSecret))) $.root.Release.Name) }}
{{- range $what, $value := dict "URL" $url "MODEL" .model "SECONDS" .seconds }}
{{- $variable := printf "CHANCERY_%s_%s" $.reads $what }}
{{- if not (hasKey ($.env | default dict) $variable) }}
- {name: {{ $variable }}, value: {{ $value | quote }}}
{{- end }}
{{- end }}
{{- if .keySecret.name }}
- {name: CHANCERY_{{ $.reads }}_KEY_FILE, value: /etc/chancery/secrets/language-key}
{{- end }}
{{- if or .ca.secret .ca.configMap }}
- {name: CHANCERY_{{ $.reads }}_CA, value: /etc/chancery/trust/language.pem}
{{- end }}
{{- end }}
{{- end }}

{{/* Volumes: what is written, what is trusted, the secrets of .kafkaSecret, .storeSecret, .database, .languageKey. */}}
{{- define "chancery.volumes" -}}
- {name: tmp, emptyDir: {sizeLimit: 2Gi}}
{{- if .scratch }}
- {name: home, emptyDir: {sizeLimit: {{ .scratch }}}}
{{- end }}
{{- $values := .root.Values }}
- name: trust
  projected:
    sources:
      {{- $any := false }}
      {{- range $name := list "kafka" "store" "database" "language" "traces" }}
      {{- $ca := (index $values $name).ca }}
      {{- if $ca.secret }}
      - secret: {name: {{ $ca.secret }}, items: [{key: {{ $ca.key }}, path: {{ $name }}.pem}]}
      {{- $any = true }}
      {{- else if $ca.configMap }}
      - configMap: {name: {{ $ca.configMap }}, items: [{key: {{ $ca.key }}, path: {{ $name }}.pem}]}
      {{- $any = true }}
      {{- end }}
      {{- end }}
      {{- $ca := $values.airflow.signInCa }}
      {{- if and .signIn $ca.secret }}
      - secret: {name: {{ $ca.secret }}, items: [{key: {{ $ca.key }}, path: sign-in.pem}]}
      {{- $any = true }}
      {{- else if and .signIn $ca.configMap }}
      - configMap: {name: {{ $ca.configMap }}, items: [{key: {{ $ca.key }}, path: sign-in.pem}]}
      {{- $any = true }}
      {{- end }}
      {{- if not $any }} []
      {{- end }}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- if and .kafkaSecret (eq $values.kafka.security "sasl_ssl") }}
      - secret: {name: {{ .kafkaSecret }}, items: [{key: {{ $values.kafka.passwordKey }}, path: kafka-password}]}
      {{- end }}
      {{- if .storeSecret }}
      - secret:
          name: {{ .storeSecret }}
          items:
            - {key: {{ $values.store.secretKeyKey }}, path: store-secret-key}
            {{- if not .store }}
            - {key: access-key, path: store-access-key}
            {{- end }}
      {{- end }}
      {{- if .database }}
      - secret: {name: {{ $values.database.secret }}, items: [{key: {{ $values.database.key }}, path: database}]}
      {{- end }}
      {{- if .languageKey }}
      - secret:
          name: {{ $values.language.keySecret.name }}
          items: [{key: {{ $values.language.keySecret.key }}, path: language-key}]
      {{- end }}
      {{- if not (or .storeSecret .database .languageKey (and .kafkaSecret (eq $values.kafka.security "sasl_ssl"))) }} []
      {{- end }}
{{- range $name, $configMap := dict "types" $values.documentTypesConfigMap "policies" $values.policiesConfigMap "people" $values.consoleUsersConfigMap }}
{{- if $configMap }}
- {name: {{ $name }}, configMap: {name: {{ $configMap }}}}
{{- end }}
{{- end }}
{{- end }}

{{- define "chancery.mounts" -}}
- {name: tmp, mountPath: /tmp}
- {name: home, mountPath: /var/lib/chancery}
- {name: trust, mountPath: /etc/chancery/trust, readOnly: true}
- {name: secrets, mountPath: /etc/chancery/secrets, readOnly: true}
{{- if .root.Values.documentTypesConfigMap }}
- {name: types, mountPath: /etc/chancery/types, readOnly: true}
{{- end }}
{{- if .root.Values.policiesConfigMap }}
- {name: policies, mountPath: /etc/chancery/policies, readOnly: true}
{{- end }}
{{- if .root.Values.consoleUsersConfigMap }}
- {name: people, mountPath: /etc/chancery/people, readOnly: true}
{{- end }}
{{- end }}
