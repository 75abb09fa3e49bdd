{{/*
All sets of workers as one YAML list: those of each stage of the pipeline, for live documents and for reprocessing
runs, then record, audit and refusals. Whatever concerns workers ranges over it.
*/}}
{{- define "chancery.sets" -}}
{{- $root := . -}}
{{- $values := .Values -}}
{{- $asked := or $values.language.server.enabled $values.language.url -}}
{{- if and (get $values.settings "CHANCERY_CANDIDATES") (not $values.reprocessing.enabled) }}
{{- fail "settings.CHANCERY_CANDIDATES is set, and reprocessing.enabled is false: only workers of reprocessing runs alone try a candidate, so nobody would. Enable them, or take the setting out (docs/reprocess.md)." }}
{{- end }}
{{- $pipeline := .Files.Get "files/pipeline.yaml" | fromYaml -}}
sets:
{{- range $pipeline.stages }}
{{- $worker := get $values.workers .name | required (printf "workers.%s is missing: the pipeline has that stage" .name) }}
{{- $worked := dict "env" ($worker.env | default dict) "reprocessing.env" (($worker.reprocessing | default dict).env | default dict) }}
{{- $stage := .name }}
{{- range $where, $env := $worked }}
{{- if hasKey $env "CHANCERY_CANDIDATES" }}
{{- fail (printf "workers.%s.%s holds CHANCERY_CANDIDATES, which Airflow does not see there: what nobody has promoted could be published. Put it into settings, which workers and Airflow share; workers of live documents ignore it (docs/reprocess.md)." $stage $where) }}
{{- end }}
{{- end }}
{{- $apart := and .reprocessing $values.reprocessing.enabled }}
{{- $language := "" }}
{{- if and $asked (eq .name "extract") }}{{ $language = "LANGUAGE" }}{{ end }}
{{- if and $asked $values.language.vision (eq .name "ocr") }}{{ $language = "VISION" }}{{ end }}
{{- $read := 0 }}
{{- $live := .live }}
{{- range $topic := $pipeline.topics }}
{{- if has $topic.name $live }}{{ $read = max $read (include "chancery.partitions" (dict "root" $root "topic" $topic) | int) }}{{ end }}
{{- end }}
{{- if gt (int $worker.max) $read }}
{{- fail (printf "workers.%s.max is %d, and its topics have %d partitions: a partition is read by one worker at a time. Lower it, or raise kafka.partitions (docs/capacity.md)." .name (int $worker.max) $read) }}
{{- end }}
{{- $set := dict "kind" .name "worker" $worker "untrusted" .untrusted "language" $language "store" true "scaled" true }}
- {{ merge (dict "name" .name "lanes" (ternary "live" "all" (not (not $apart))) "start" 0 "min" $worker.min "max" $worker.max "topics" (ternary .live (concat .live .reprocessing) (not (not $apart)))) $set | toJson }}
{{- if $apart }}
{{- $own := merge (dict) ($worker.reprocessing.env | default dict) $worker.env }}
- {{ merge (dict "worker" (merge (dict "env" $own) $worker) "name" (printf "%s-reprocessing" .name) "lanes" "reprocessing" "start" 1000 "min" 0 "max" $worker.reprocessing.max "topics" .reprocessing) $set | toJson }}
{{- end }}
{{- end }}
- {{ dict "name" "record" "kind" "record" "min" $values.record.replicas "worker" $values.record "database" true | toJson }}
- {{ dict "name" "audit" "kind" "audit" "min" $values.audit.chains "worker" $values.audit "store" true | toJson }}
{{- if $values.refusals.enabled }}
- {{ dict "name" "refusals" "kind" "refusals" "min" 1 "worker" $values.refusals | toJson }}
{{- end }}
{{- end }}
