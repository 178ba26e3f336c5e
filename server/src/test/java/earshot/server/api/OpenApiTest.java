package earshot.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.server.config.ServerConfig;
import earshot.server.config.Sources;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The document and the routes say the same, both ways. */
class OpenApiTest {
    private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete");

    private final JsonNode document = new ObjectMapper().readTree(OpenApi.json());

    private static List<Operation> operations() {
        var api = ServerConfig.read(Sources.NOTHING, (_, _) -> "secret").api();
        var guard = new ApiGuard(ApiKeys.of(List.of()), api, Clock.SYSTEM, Meter.NONE);
        return ServerApi.of(null, guard, 1024, Meter.NONE).operations();
    }

    @Test
    void everyRoute_isDocumented_andEveryDocumentedPathAnswers() {
        Set<String> documented = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> METHODS.stream()
                        .filter(m -> path.getValue().has(m))
                        .forEach(m -> documented.add(m + " " + path.getKey() + " "
                                + path.getValue().path(m).path("operationId").asString())));
        Set<String> routed = new TreeSet<>();
        operations()
                .forEach(o ->
                        routed.add(o.method().toLowerCase(java.util.Locale.ROOT) + " " + o.template() + " " + o.id()));
        assertThat(documented).isEqualTo(routed);
    }

    @Test
    void everyOperation_namesItsScope_andEveryPathWordIsAParameter() {
        for (Operation operation : operations()) {
            JsonNode path = document.path("paths").path(operation.template());
            JsonNode described = path.path(operation.method().toLowerCase(java.util.Locale.ROOT));
            if (operation.scope() != null)
                assertThat(described.path("description").asString(""))
                        .contains("Scope " + operation.scope().word());
            else assertThat(asksForNoKey(described.path("security"))).isTrue();
            Set<String> parameters = new HashSet<>();
            for (JsonNode parameter : path.path("parameters"))
                parameters.add(resolved(parameter).path("name").asString());
            for (String part : Operation.segments(operation.template()))
                if (part.startsWith("{")) assertThat(parameters).contains(part.substring(1, part.length() - 1));
        }
    }

    /** Nothing is asked for, or nothing is one of the choices. */
    private static boolean asksForNoKey(JsonNode security) {
        if (security.isEmpty()) return true;
        for (JsonNode choice : security) if (choice.isEmpty()) return true;
        return false;
    }

    @Test
    void everyReference_leadsSomewhere() {
        List<String> references = new ArrayList<>();
        document.findValues("$ref").forEach(ref -> references.add(ref.asString()));
        assertThat(references)
                .isNotEmpty()
                .allSatisfy(ref -> assertThat(document.at(ref.substring(1)).isMissingNode())
                        .as(ref)
                        .isFalse());
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asString().substring(1)) : node;
    }
}
