package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CapacityTest {
    private static Capacity of(int asked, long descriptors) {
        return Capacity.of(GatewayConfig.Network.DEFAULT.capped(asked, 256), descriptors, 100);
    }

    @Test
    void notAsked_followsTheLimitOfOpenFiles() {
        assertThat(of(0, 20_000)).isEqualTo(new Capacity(20_000 - 100 - 128 - 256, 256));
    }

    @Test
    void asked_isServedAsFarAsDescriptorsReach() {
        assertThat(of(1_000, 20_000)).isEqualTo(new Capacity(1_000, 256));
        assertThat(of(50_000, 20_000)).isEqualTo(new Capacity(20_000 - 100 - 128 - 256, 256));
    }

    @Test
    void fewDescriptors_serversAndRefusalsTogetherStayBelowThem() {
        for (int descriptors = 300; descriptors < 2_000; descriptors += 100) {
            Capacity capacity = of(0, descriptors);
            assertThat(capacity.connections()).isPositive();
            assertThat(100 + capacity.connections() + capacity.reserve()).isLessThan(descriptors);
        }
    }
}
