package earshot.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JvmTest {
    @ParameterizedTest
    @CsvSource({
        "Serial, Copy, MarkSweepCompact",
        "Parallel, PS MarkSweep, PS Scavenge",
        "G1, G1 Young Generation, G1 Concurrent GC",
        "ZGC, ZGC Minor Cycles, ZGC Major Pauses",
        "Shenandoah, Shenandoah Pauses, Shenandoah Cycles",
        "Some Young + Some Old, Some Young, Some Old"
    })
    void collector_hasTheNameThatItIsAskedForBy(String name, String one, String other) {
        assertThat(Jvm.collector(List.of(one, other))).isEqualTo(name);
    }

    @Test
    void recording_saysWhetherItIsUsed_andElseWhy() {
        List<String> asked = List.of("-Xmn32m", "-XX:AOTCache=earshot.aot");
        assertThat(Jvm.recording(asked, "mixed mode, sharing")).isEqualTo("from a recorded start");
        assertThat(Jvm.recording(asked, "mixed mode")).contains("without", "another JVM, other flags or other jars");
        assertThat(Jvm.recording(List.of("-Xmn32m"), "mixed mode, sharing")).contains("without", "none was made");
    }
}
