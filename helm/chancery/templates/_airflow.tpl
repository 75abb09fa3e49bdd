{{- define "chancery.airflowNeeds" -}}
kafka: {{ .Values.kafka.operator.user | quote }}
kafkaSecret: {{ .Values.kafka.operator.secret | quote }}
store: ""
storeSecret: {{ .Values.store.operator.secret | quote }}
database: true
scratch: 5Gi
{{- end }}

{{- define "chancery.airflowLabels" -}}
chancery/airflow: "yes"
chancery/reaches-kafka: "yes"
chancery/reaches-store: "yes"
chancery/reaches-database: "yes"
{{- end }}

{{- define "chancery.airflowEnvironment" -}}
{{- $air := .Values.airflow -}}
{{- $server := printf "http://%s-airflow-api-server:8080" .Release.Name -}}
- {name: AIRFLOW_HOME, value: /opt/airflow}
- {name: AIRFLOW__CORE__DAGS_FOLDER, value: {{ $air.dagsFolder | quote }}}
- {name: AIRFLOW__CORE__PLUGINS_FOLDER, value: /opt/airflow/plugins}
- {name: AIRFLOW__CORE__LOAD_EXAMPLES, value: "False"}
- {name: AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION, value: "False"}
- {name: AIRFLOW__CORE__EXECUTOR, value: LocalExecutor}
- {name: AIRFLOW__CORE__PARALLELISM, value: {{ $air.parallelism | quote }}}
- {name: AIRFLOW__CORE__AUTH_MANAGER, value: {{ $air.authManager | quote }}}
- {name: AIRFLOW__CORE__EXECUTION_API_SERVER_URL, value: {{ printf "%s/execution/" $server | quote }}}
- {name: AIRFLOW__API__HOST, value: 0.0.0.0}
- {name: AIRFLOW__API__PORT, value: "8080"}
- {name: AIRFLOW__API__WORKERS, value: "1"}
- {name: AIRFLOW__API__BASE_URL, value: {{ $air.baseUrl | quote }}}
- {name: AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK, value: "True"}
- {name: AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL, value: "30"}
- {name: AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT, value: "60"}
- {name: AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL, value: "10"}
- {name: AIRFLOW__DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT, value: "180"}
- {name: AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT, value: "120"}
- {name: AIRFLOW__LOGGING__BASE_LOG_FOLDER, value: /opt/airflow/logs}
{{- range $name, $value := $air.env }}
- {name: {{ $name }}, value: {{ $value | quote }}}
{{- end }}
{{- /* Left to itself, Airflow would ask for asyncpg beside psycopg, which does both. */}}
{{- $secrets := dict
  "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN" $air.databaseSecret
  "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC" $air.databaseSecret
  "AIRFLOW__CORE__FERNET_KEY" (dict "name" $air.secret "key" "fernet-key")
  "AIRFLOW__API__SECRET_KEY" (dict "name" $air.secret "key" "session-key")
  "AIRFLOW__API_AUTH__JWT_SECRET" (dict "name" $air.secret "key" "token-secret") }}
{{- range $name, $place := merge (dict) $secrets $air.envSecrets }}
- {name: {{ $name }}, valueFrom: {secretKeyRef: {name: {{ $place.name }}, key: {{ $place.key }}}}}
{{- end }}
{{- end }}

{{- define "chancery.databaseTrust" -}}
{{- $ca := .Values.database.ca -}}
{{- $items := list (dict "key" $ca.key "path" "database.pem") -}}
{{- if $ca.secret -}}
{{- list (dict "secret" (dict "name" $ca.secret "items" $items)) | toJson -}}
{{- else if $ca.configMap -}}
{{- list (dict "configMap" (dict "name" $ca.configMap "items" $items)) | toJson -}}
{{- else -}} [] {{- end -}}
{{- end }}

{{- define "chancery.airflowStep" -}}
- name: {{ .name }}
  image: {{ include "chancery.image" (dict "root" .root "name" "airflow") }}
  command: {{ toJson .command }}
  {{- with .args }}
  args: {{ toJson . }}
  {{- end }}
  {{- include "chancery.container" .pod | nindent 2 }}
  env:
    - {name: HOME, value: /tmp}
    {{- include "chancery.airflowEnvironment" .root | nindent 4 }}
  resources: {requests: {cpu: 250m, memory: 512Mi}, limits: {cpu: "2", memory: 1Gi}}
  volumeMounts:
    - {name: tmp, mountPath: /tmp}
    - {name: airflow, mountPath: /opt/airflow}
    - {name: trust, mountPath: /etc/chancery/trust, readOnly: true}
{{- end }}
