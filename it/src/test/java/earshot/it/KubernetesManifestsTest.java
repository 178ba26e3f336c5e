package earshot.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;

/** deploy/k8s, read as Kubernetes reads it but stricter: a member that it does not know is a mistake, not a note. */
class KubernetesManifestsTest {
    private static final int DRAIN_SECONDS = 10;
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "v1 ServiceAccount", ServiceAccount.class,
            "v1 ConfigMap", ConfigMap.class,
            "v1 Service", Service.class,
            "policy/v1 PodDisruptionBudget", PodDisruptionBudget.class,
            "apps/v1 Deployment", Deployment.class,
            "autoscaling/v2 HorizontalPodAutoscaler", HorizontalPodAutoscaler.class);

    /** The model keeps unknown members aside; without that they are unknown. */
    private static final ObjectMapper STRICT = JsonMapper.builder()
            .annotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1;

                @Override
                public Boolean hasAnySetter(MapperConfig<?> config, Annotated member) {
                    return false;
                }
            })
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Map<Class<?>, HasMetadata> objects = new HashMap<>();

    @BeforeEach
    void read() throws IOException {
        for (String file : List.of("deployment.yaml", "hpa.yaml")) {
            for (Object document : Kit.yaml(Kit.text("deploy/k8s/" + file))) {
                Map<?, ?> map = (Map<?, ?>) document;
                Class<? extends HasMetadata> kind = KINDS.get(map.get("apiVersion") + " " + map.get("kind"));
                assertThat(kind)
                        .as(map.get("apiVersion") + " " + map.get("kind"))
                        .isNotNull();
                objects.put(kind, STRICT.convertValue(document, kind));
            }
        }
    }

    private <T> T the(Class<T> kind) {
        return kind.cast(objects.get(kind));
    }

    private PodSpec pod() {
        return the(Deployment.class).getSpec().getTemplate().getSpec();
    }

    private Container container() {
        return pod().getContainers().getFirst();
    }

    @Test
    void everythingIsThere_andBelongsTogether() {
        assertThat(objects.keySet()).containsExactlyInAnyOrderElementsOf(KINDS.values());
        for (HasMetadata object : objects.values()) {
            assertThat(object.getMetadata().getNamespace()).isEqualTo("summit");
            assertThat(object.getMetadata().getLabels()).containsEntry("app", "websocket-server");
        }
        Deployment deployment = the(Deployment.class);
        Map<String, String> labels =
                deployment.getSpec().getTemplate().getMetadata().getLabels();
        assertThat(labels)
                .containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels());
        assertThat(labels).containsAllEntriesOf(the(Service.class).getSpec().getSelector());
        assertThat(labels)
                .containsAllEntriesOf(
                        the(PodDisruptionBudget.class).getSpec().getSelector().getMatchLabels());
        assertThat(pod().getServiceAccountName())
                .isEqualTo(the(ServiceAccount.class).getMetadata().getName());
        assertThat(the(HorizontalPodAutoscaler.class)
                        .getSpec()
                        .getScaleTargetRef()
                        .getName())
                .isEqualTo(deployment.getMetadata().getName());
        assertThat(the(Service.class)
                        .getSpec()
                        .getPorts()
                        .getFirst()
                        .getTargetPort()
                        .getStrVal())
                .isEqualTo(container().getPorts().getFirst().getName());
        List<String> volumes =
                pod().getVolumes().stream().map(volume -> volume.getName()).toList();
        assertThat(container().getVolumeMounts())
                .allSatisfy(mount -> assertThat(volumes).contains(mount.getName()));
    }

    @Test
    void variables_areThoseThatTheServerReads() throws IOException {
        Map<String, String> config = the(ConfigMap.class).getData();
        for (EnvVar variable : container().getEnv()) {
            if (!variable.getName().equals("POD_IP")) Kit.isRead(variable.getName());
            if (variable.getValueFrom() != null && variable.getValueFrom().getConfigMapKeyRef() != null)
                assertThat(config)
                        .containsKey(
                                variable.getValueFrom().getConfigMapKeyRef().getKey());
        }
    }

    /** Kubernetes kills a pod that is not gone by then. */
    @Test
    void grace_fitsTheWaitAndTheDrain() {
        List<String> wait = container().getLifecycle().getPreStop().getExec().getCommand();
        assertThat(wait.getFirst()).isEqualTo("sleep");
        assertThat(pod().getTerminationGracePeriodSeconds())
                .isGreaterThanOrEqualTo(Integer.parseInt(wait.get(1)) + DRAIN_SECONDS + 10);
    }

    @Test
    void aRollout_neverHasFewerNodesThanWanted() {
        var rolling = the(Deployment.class).getSpec().getStrategy().getRollingUpdate();
        assertThat(rolling.getMaxUnavailable().getIntVal()).isZero();
        assertThat(rolling.getMaxSurge().getIntVal()).isEqualTo(1);
        assertThat(the(PodDisruptionBudget.class).getSpec().getMinAvailable().getIntVal())
                .isLessThan(the(Deployment.class).getSpec().getReplicas());
    }

    @Test
    void probes_askWhatTheServerAnswers() {
        assertThat(path(container().getLivenessProbe())).isEqualTo("/health/live");
        assertThat(path(container().getStartupProbe())).isEqualTo("/health/live");
        assertThat(path(container().getReadinessProbe())).isEqualTo("/health/ready");
    }

    private static String path(Probe probe) {
        return probe.getHttpGet().getPath();
    }

    @Test
    void scaling_goesByConnections() {
        var metrics = the(HorizontalPodAutoscaler.class).getSpec().getMetrics();
        assertThat(metrics)
                .filteredOn(metric -> metric.getType().equals("Pods"))
                .singleElement()
                .satisfies(metric -> {
                    assertThat(metric.getPods().getMetric().getName())
                            .isEqualTo(earshot.core.telemetry.Metric.CONNECTIONS_ACTIVE.exportName());
                    assertThat(metric.getPods().getTarget().getAverageValue().getAmount())
                            .isEqualTo("5000");
                });
    }
}
