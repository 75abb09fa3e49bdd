{{/* What the templates share. Arguments are `dict "root" $ …` where more than the root is needed. */}}

{{- define "chancery.labels" -}}
app.kubernetes.io/name: chancery
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "chancery.image" -}}
{{- $registry := .root.Values.images.registry -}}
{{- if $registry }}{{ trimSuffix "/" $registry }}/{{ end }}{{ index .root.Values.images .name }}
{{- end }}

{{/* How many partitions a topic of the pipeline has at this site: .topic as files/pipeline.yaml has it. */}}
{{- define "chancery.partitions" -}}
{{- $chosen := get .root.Values.kafka.partitions .topic.name | default .topic.partitions | int -}}
{{- $most := get .root.Values.settings "CHANCERY_MOST_PARTITIONS" | default $chosen | int -}}
{{- min $chosen (ternary $most $chosen (gt $most 0)) -}}
{{- end }}

{{/* The Secret in which the password of a user of Kafka's lies; of the object store's. */}}
{{- define "chancery.kafkaSecret" -}}
{{- get .root.Values.kafka.secretNames .user | default (printf "%s%s" .root.Values.prefix .user) -}}
{{- end }}
{{- define "chancery.storeSecret" -}}
{{- get .root.Values.store.secretNames .user | default (printf "%s%s.store" .root.Values.prefix .user) -}}
{{- end }}

{{/* Of a pod: nobody's user but ours, and nothing of the cluster's API. .untrusted: it parses documents. */}}
{{- define "chancery.pod" -}}
automountServiceAccountToken: false
{{- if not .early }}
serviceAccountName: {{ .root.Release.Name }}
{{- end }}
enableServiceLinks: false
{{- $sandbox := .root.Values.sandbox }}
{{- if and .untrusted (not $sandbox.hostUsers) }}
hostUsers: false
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {{ ternary $sandbox.seccompProfile (dict "type" "RuntimeDefault") (eq true .untrusted) | toJson }}
  {{- if and .untrusted $sandbox.appArmorProfile }}
  appArmorProfile: {{ toJson $sandbox.appArmorProfile }}
  {{- end }}
{{- with .root.Values.images.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector: {{ toJson . }}
{{- end }}
{{- with .tolerations }}
tolerations: {{ toJson . }}
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "chancery.labels" . | nindent 8 }}
{{- end }}

{{/* Of each container. */}}
{{- define "chancery.container" -}}
imagePullPolicy: {{ .root.Values.images.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
  {{- if and .untrusted (ne .root.Values.sandbox.procMount "Default") }}
  procMount: {{ .root.Values.sandbox.procMount }}
  {{- end }}
{{- end }}

{{/* One evicted at a time. */}}
{{- define "chancery.disruption" }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .root.Release.Name }}-{{ .component }}
  labels:
    {{- include "chancery.labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "chancery.labels" . | nindent 6 }}
{{- end }}

{{/* What must be there before the jobs that run before everything else. */}}
{{- define "chancery.early" -}}
annotations:
  helm.sh/hook: pre-install,pre-upgrade
  helm.sh/hook-weight: "-10"
  helm.sh/hook-delete-policy: before-hook-creation
{{- end }}
