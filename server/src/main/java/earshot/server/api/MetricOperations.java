package earshot.server.api;

import earshot.core.message.Problem;
import earshot.core.telemetry.CustomNumbers;
import earshot.core.telemetry.CustomNumbers.Change;
import earshot.core.telemetry.CustomNumbers.Kind;
import earshot.dialect.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Numbers of the product's own on this node's {@code /metrics}, each as {@code custom_…}. */
final class MetricOperations {
    private static final String PREFIX = "custom_";
    private static final String TOTAL = "_total";
    private static final int MAX_AT_ONCE = 100;
    private static final int MAX_LABELS = 8;
    private static final int MAX_VALUE_CHARS = 128;
    private static final int MAX_HELP_CHARS = 200;
    private static final double MOST = 1e15;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,79}");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z][a-zA-Z0-9_]{0,39}");
    /** What the format itself appends to names. */
    private static final Pattern RESERVED = Pattern.compile(".*_(total|created|bucket|info)");

    private final ApiSubjects subjects;

    MetricOperations(ApiSubjects subjects) {
        this.subjects = subjects;
    }

    List<Operation> operations() {
        return List.of(
                new Operation("countMetrics", "POST", "/v1/metrics", Scope.METRICS_WRITE, this::count),
                new Operation("listMetrics", "GET", "/v1/metrics", Scope.STATS_READ, this::list),
                new Operation("removeMetric", "DELETE", "/v1/metrics/{metric}", Scope.METRICS_WRITE, this::remove));
    }

    private CompletionStage<HttpResponse> count(ApiCall call) {
        call.allowing("counters", "gauges");
        List<Change> changes = new ArrayList<>();
        read(call, "counters", changes);
        read(call, "gauges", changes);
        if (changes.isEmpty() || changes.size() > MAX_AT_ONCE)
            throw ApiRefusal.invalid(
                    "body", changes.size() + " counters and gauges (expected: 1.." + MAX_AT_ONCE + ")");
        return ServerApi.done(
                switch (subjects.numbers().apply(changes)) {
                    case DONE -> Answers.empty();
                    case OTHER_KIND ->
                        Answers.error(
                                Problem.CONFLICT, "One name cannot be a counter and a gauge; nothing was changed.");
                    case FULL ->
                        Answers.error(
                                Problem.TOO_LARGE,
                                "There are " + CustomNumbers.MAX_SERIES
                                        + " series; labels must have few values, such as"
                                        + " plan=free, never an id. DELETE /v1/metrics/{metric} makes room.");
                });
    }

    private static void read(ApiCall call, String field, List<Change> into) {
        JsonNode list = call.body().path(field);
        if (list.isMissingNode() || list.isNull()) return;
        if (!list.isArray()) throw ApiRefusal.invalid(field, "expected a list");
        Kind kind = field.equals("counters") ? Kind.COUNTER : Kind.GAUGE;
        for (JsonNode each : list) {
            if (!each.isObject()) throw ApiRefusal.invalid(field, "expected {name, …}");
            for (String name : each.propertyNames())
                if (!List.of("name", "labels", "help", "add", "set").contains(name))
                    throw ApiRefusal.invalid(field, "expected name, labels, help, and add or set");
            into.add(change(kind, field, each));
        }
    }

    private static Change change(Kind kind, String field, JsonNode each) {
        String name = name(kind, ApiCall.textOf(each.path("name"), field + ".name", 100), field + ".name");
        String help = each.path("help").isString()
                ? ApiCall.textOf(each.path("help"), field + ".help", MAX_HELP_CHARS)
                : null;
        boolean sets = each.has("set");
        if (sets && (kind == Kind.COUNTER || each.has("add")))
            throw ApiRefusal.invalid(field, kind == Kind.COUNTER ? "a counter only grows: add" : "expected add or set");
        if (!sets && kind == Kind.GAUGE && !each.has("add")) throw ApiRefusal.invalid(field, "expected add or set");
        double amount = sets || each.has("add") ? amount(each.path(sets ? "set" : "add"), field) : 1;
        if (kind == Kind.COUNTER && amount < 0) throw ApiRefusal.invalid(field + ".add", "a counter only grows");
        return new Change(kind, name, labels(each.path("labels"), field + ".labels"), help, amount, sets);
    }

    /** With or without what the page shows it with. */
    private static String name(Kind kind, String given, String field) {
        String name = given.startsWith(PREFIX) ? given.substring(PREFIX.length()) : given;
        if (kind == Kind.COUNTER && name.endsWith(TOTAL)) name = name.substring(0, name.length() - TOTAL.length());
        if (NAME.matcher(name).matches() && !RESERVED.matcher(name).matches()) return name;
        throw ApiRefusal.invalid(field, "expected such as orders_placed: a-z, 0-9 and _, at most 80");
    }

    private static double amount(JsonNode node, String field) {
        double amount = node.isNumber() ? node.asDouble() : Double.NaN;
        if (Math.abs(amount) <= MOST) return amount;
        throw ApiRefusal.invalid(field, "expected a number");
    }

    private static SortedMap<String, String> labels(JsonNode node, String field) {
        SortedMap<String, String> labels = new TreeMap<>();
        if (node.isMissingNode() || node.isNull()) return labels;
        if (!node.isObject() || node.size() > MAX_LABELS)
            throw ApiRefusal.invalid(field, "expected an object of at most " + MAX_LABELS);
        for (Map.Entry<String, JsonNode> label : node.properties()) {
            if (!LABEL.matcher(label.getKey()).matches())
                throw ApiRefusal.invalid(field, "a name is a letter, then letters, digits and _, at most 40");
            labels.put(label.getKey(), ApiCall.textOf(label.getValue(), field, MAX_VALUE_CHARS));
        }
        return labels;
    }

    private CompletionStage<HttpResponse> list(ApiCall call) {
        ObjectNode body = Answers.object();
        ArrayNode metrics = body.putArray("metrics");
        for (CustomNumbers.Family family : subjects.numbers().snapshot()) {
            boolean counter = family.kind() == Kind.COUNTER;
            ObjectNode metric = metrics.addObject()
                    .put("name", PREFIX + family.name() + (counter ? TOTAL : ""))
                    .put("type", counter ? "counter" : "gauge")
                    .put("help", family.help());
            ArrayNode series = metric.putArray("series");
            for (CustomNumbers.Series each : family.series()) {
                ObjectNode one = series.addObject();
                each.labels().forEach(one.putObject("labels")::put);
                one.put("value", each.value());
            }
        }
        return ServerApi.done(Answers.ok(body));
    }

    private CompletionStage<HttpResponse> remove(ApiCall call) {
        String given = call.path("metric");
        String name = given.startsWith(PREFIX) ? given.substring(PREFIX.length()) : given;
        boolean known = subjects.numbers().remove(name)
                || (name.endsWith(TOTAL)
                        && subjects.numbers().remove(name.substring(0, name.length() - TOTAL.length())));
        return ServerApi.done(
                known
                        ? Answers.empty()
                        : Answers.error(Problem.NOT_FOUND, "metric: nobody has counted under this name"));
    }
}
