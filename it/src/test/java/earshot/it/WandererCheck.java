package earshot.it;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Position;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Whether what {@link Wanderer}s heard and were promised is the channel's history: nothing missing, nothing twice, one order. Where Redis lost data, what it
 * lost is gone for all; what was said in a later epoch is whole again.
 */
final class WandererCheck {
    private final String channel;
    private final boolean mayForget;
    private final List<String> ids = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private final List<Long> epochs = new ArrayList<>();
    private final Map<String, Integer> places = new HashMap<>();

    /** @param mayForget whether Redis lost data that was acknowledged */
    private WandererCheck(String channel, boolean mayForget) {
        this.channel = channel;
        this.mayForget = mayForget;
    }

    /** @return what happened, in a few words */
    static String check(Nodes nodes, String channel, List<Wanderer> wanderers, boolean mayForget) throws IOException {
        WandererCheck check = new WandererCheck(channel, mayForget);
        check.read(nodes);
        int visits = 0;
        int lost = 0;
        for (Wanderer wanderer : wanderers) {
            lost += check.promised(wanderer);
            for (Wanderer.Visit visit : wanderer.visits()) check.heard(wanderer, visit);
            check.everything(wanderer);
            visits += wanderer.visits().size();
        }
        return channel + ": " + check.ids.size() + " kept, " + visits + " visits of " + wanderers.size() + ", "
                + wanderers.stream().mapToInt(Wanderer::refused).sum() + " refused, " + lost + " lost";
    }

    /** The same from every node. */
    private void read(Nodes nodes) throws IOException {
        List<List<String>> all = new ArrayList<>();
        for (int i = 0; i < nodes.count(); i++) {
            List<JsonNode> found = history(nodes.api(i));
            all.add(found.stream().map(m -> m.path("id").asString()).toList());
            if (i > 0) continue;
            for (JsonNode m : found) {
                places.put(m.path("id").asString(), ids.size());
                ids.add(m.path("id").asString());
                texts.add(m.path("text").asString());
                epochs.add(Position.parse(m.path("position").asString()).epoch());
            }
        }
        for (List<String> other : all) assertThat(other).isEqualTo(ids);
        assertThat(ids).as("ids of %s", channel).doesNotHaveDuplicates();
        assertThat(texts).as("messages of %s", channel).doesNotHaveDuplicates();
    }

    private List<JsonNode> history(Api api) throws IOException {
        List<JsonNode> all = new ArrayList<>();
        String after = Position.START.toString();
        while (true) {
            JsonNode page = api.get(Api.messages("waddle", channel) + "?limit=1000&after=" + after);
            page.path("messages").forEach(all::add);
            if (page.path("complete").asBoolean()) return all;
            after = all.getLast().path("position").asString();
        }
    }

    /** How many acknowledged messages are not there. */
    private int promised(Wanderer wanderer) {
        String mine = wanderer.user() + " ";
        List<Integer> kept = texts.stream()
                .filter(t -> t.startsWith(mine))
                .map(t -> Integer.parseInt(t.substring(mine.length())))
                .toList();
        assertThat(kept).as("what %s said, in its order", wanderer).isSorted();
        List<Integer> lost = new ArrayList<>(wanderer.acknowledged());
        lost.removeAll(kept.stream().collect(Collectors.toSet()));
        if (!mayForget)
            assertThat(lost).as("acknowledged to %s, and lost", wanderer).isEmpty();
        return lost.size();
    }

    private void heard(Wanderer wanderer, Wanderer.Visit visit) {
        int top = visit.snapshot.stream().mapToInt(this::place).max().orElse(-1);
        List<String> view = new ArrayList<>(visit.snapshot);
        List<String> replayed = new ArrayList<>();
        for (String id : visit.heard) {
            boolean live = isForgotten(id) || place(id) > top;
            (live ? view : replayed).add(id);
        }
        stretch(wanderer, view);
        int from = visit.after.isEmpty() ? -2 : place(visit.after);
        if (from == -1)
            assertThat(mayForget).as("%s: %s is unknown", wanderer, visit.after).isTrue();
        if (from < 0) return;
        List<String> wanted = from >= top ? List.of() : ids.subList(from + 1, top + 1);
        if (visit.synced)
            assertThat(replayed).as("%s: what it missed", wanderer).isEqualTo(wanted);
        else assertThat(wanted).as("%s: what it missed", wanderer).startsWith(replayed.toArray(String[]::new));
    }

    /** One after the other without a hole, but where an epoch ended and took the end of what was heard with it. */
    private void stretch(Wanderer wanderer, List<String> view) {
        int last = -1;
        boolean forgot = false;
        boolean begun = false;
        for (String id : view) {
            if (isForgotten(id)) {
                assertThat(mayForget)
                        .as("%s heard %s, which nobody knows", wanderer, id)
                        .isTrue();
                forgot = true;
                continue;
            }
            int here = place(id);
            if (begun) assertThat(here).as("%s: after %s", wanderer, last).isEqualTo(last + 1);
            if (begun && forgot)
                assertThat(epochs.get(here))
                        .as("%s: said after what was forgotten", wanderer)
                        .isGreaterThan(epochs.get(last));
            begun = true;
            forgot = false;
            last = here;
        }
    }

    /** In the end nothing is missing: the last visit reached the end of the history. */
    private void everything(Wanderer wanderer) {
        Wanderer.Visit visit = wanderer.visits().getLast();
        int last = Math.max(
                visit.snapshot.stream().mapToInt(this::place).max().orElse(-1),
                visit.heard.stream().mapToInt(this::place).max().orElse(-1));
        assertThat(last).as("%s: the last it heard", wanderer).isEqualTo(ids.size() - 1);
    }

    private boolean isForgotten(String id) {
        return !places.containsKey(id);
    }

    private int place(String id) {
        return places.getOrDefault(id, -1);
    }
}
