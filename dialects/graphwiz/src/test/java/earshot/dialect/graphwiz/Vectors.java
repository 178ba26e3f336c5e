package earshot.dialect.graphwiz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** One example for each message, as the original's own code writes it (protocols/graphwiz.md, Appendix C). */
final class Vectors {
    static final String MESSAGE_ID = "00000000-0000-4000-8000-000000000001";
    static final long TIMESTAMP = 1767225600123L;

    /**
     * @param hub null: the original has no such frame
     * @param hubPayload null as well
     */
    record Vector(String name, int type, byte[] protobuf, byte[] hub, Map<String, Object> hubPayload) {
        @Override
        public String toString() {
            return name;
        }
    }

    private Vectors() {}

    static List<Vector> all() {
        try (InputStream in = Vectors.class.getResourceAsStream("/graphwiz-vectors.json")) {
            Map<String, Object> file = Json.object(Json.read(in.readAllBytes()));
            List<Vector> all = new ArrayList<>();
            for (Object each : (List<?>) file.get("vectors")) all.add(vector(Json.object(each)));
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Vector vector(Map<String, Object> json) {
        return new Vector(
                (String) json.get("name"),
                (int) ((Json.Num) json.get("type")).value(),
                HexFormat.of().parseHex((String) json.get("protobufHex")),
                json.get("hubHex") == null ? null : HexFormat.of().parseHex((String) json.get("hubHex")),
                Json.object(json.get("hubPayload")));
    }

    static byte[] protobuf(String name) {
        return find(name).protobuf();
    }

    static byte[] hub(String name) {
        return find(name).hub();
    }

    static Vector find(String name) {
        return all().stream().filter(v -> v.name().equals(name)).findFirst().orElseThrow();
    }
}
