{{/* Labels by which the pods of this release are selected. */}}
{{- define "sightline.release" -}}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: sightline
{{- end }}

{{/* Labels of every object. */}}
{{- define "sightline.labels" -}}
{{ include "sightline.release" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "sightline.secret" -}}
{{ .Values.secret.existing | default .Release.Name }}
{{- end }}

{{/* A variable from the Secret. Takes the root, the name, and whether it may be missing. */}}
{{- define "sightline.secretVariable" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ include "sightline.secret" .root }}
      key: {{ .name }}
      {{- if .optional }}
      optional: true
      {{- end }}
{{- end }}

{{/*
A Deployment. Takes the root, the name, the values of this kind of node, its replicas, its variables, whether clients reach
it, and Secrets whose files it reads, by the names of their folders in /etc/sightline.
*/}}
{{- define "sightline.deployment" -}}
{{- $root := .root -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $root.Release.Name }}-{{ .name }}
  labels:
    app.kubernetes.io/name: {{ .name }}
    {{- include "sightline.labels" $root | nindent 4 }}
spec:
  {{- if not (kindIs "invalid" .replicas) }}
  replicas: {{ .replicas }}
  {{- end }}
  selector:
    matchLabels:
      app.kubernetes.io/name: {{ .name }}
      {{- include "sightline.release" $root | nindent 6 }}
  strategy:
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {{ .name }}
        {{- include "sightline.release" $root | nindent 8 }}
      annotations:
        # New settings replace the pods.
        checksum/config: {{ toJson $root.Values.config | sha256sum }}
        checksum/secret: {{ toJson $root.Values.secret | sha256sum }}
        {{- with $root.Values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ $root.Values.terminationGracePeriodSeconds }}
      securityContext:
        {{- toYaml $root.Values.podSecurityContext | nindent 8 }}
      {{- with $root.Values.image.pullSecrets }}
      imagePullSecrets:
        {{- range . }}
        - name: {{ . }}
        {{- end }}
      {{- end }}
      {{- with $root.Values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .name }}
          {{- $digest := index $root.Values.image.digests .name }}
          image: {{ printf "%s/sightline-%s:%s" $root.Values.image.registry .name ($root.Values.image.tag | default $root.Chart.AppVersion) }}{{ with $digest }}@{{ . }}{{ end }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          envFrom:
            - configMapRef: { name: {{ $root.Release.Name }} }
          env:
            {{- .variables | nindent 12 }}
          ports:
            {{- if .isReached }}
            - { name: http, containerPort: 8080 }
            {{- if $root.Values.api.grpc.enabled }}
            - { name: grpc, containerPort: 8001 }
            {{- end }}
            {{- end }}
            - { name: health, containerPort: 8081 }
          startupProbe:
            httpGet: { path: /healthz, port: health }
            periodSeconds: 1
            failureThreshold: 60
          readinessProbe:
            httpGet: { path: /readyz, port: health }
            periodSeconds: 2
            timeoutSeconds: 2
            failureThreshold: 2
          livenessProbe:
            httpGet: { path: /healthz, port: health }
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 3
          resources:
            {{- toYaml .values.resources | nindent 12 }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          volumeMounts:
            - { name: tmp, mountPath: /tmp }
            {{- range $folder, $_ := .files }}
            - { name: {{ $folder }}, mountPath: /etc/sightline/{{ $folder }}, readOnly: true }
            {{- end }}
            {{- with $root.Values.volumeMounts }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
      volumes:
        - name: tmp
          emptyDir: { sizeLimit: 64Mi }
        {{- range $folder, $secret := .files }}
        - name: {{ $folder }}
          secret: { secretName: {{ $secret }} }
        {{- end }}
        {{- with $root.Values.volumes }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- if $root.Values.spread }}
      topologySpreadConstraints:
        {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
        - maxSkew: 1
          topologyKey: {{ . }}
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "sightline.release" $root | nindent 14 }}
          matchLabelKeys: [app.kubernetes.io/name, pod-template-hash]
        {{- end }}
      {{- end }}
{{- end }}
