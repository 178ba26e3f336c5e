package earshot.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Reads the configuration file: nested tables become dotted keys, every value keeps its line. Nodes are composed, never constructed, so that a
 * file cannot name a type, and scalars stay the words that were written.
 */
final class YamlFile {
    private static final int MAX_BYTES = 1 << 20;
    /** Aliases may make a small file a huge one, or one without an end. */
    private static final int MAX_VALUES = 100_000;

    private final Path path;
    private final Words words = new Words();
    private final Map<String, Given> given = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    private YamlFile(Path path) {
        this.path = path;
    }

    /** Keys with what was given for them. Throws {@link ConfigProblems}. */
    static Map<String, Given> read(Path path) {
        if (path.toString().endsWith(".toml"))
            throw new ConfigProblems(
                    List.of(path + ": is TOML by its name, and settings are YAML (write port: 9001 below"
                            + " network:, in a file such as earshot.yaml)"));
        YamlFile file = new YamlFile(path);
        file.root().ifPresent(file::readRoot);
        if (!file.problems.isEmpty()) throw new ConfigProblems(file.problems);
        return file.given;
    }

    /** A value in one line, as JSON, which is YAML. Throws {@link Kind.Unfit}, without what was written: it may hold secrets. */
    static Raw inline(String text) {
        try {
            Words words = new Words();
            return compose("value", text).map(node -> words.raw(node, 0)).orElseThrow(() -> new Kind.Unfit("is empty"));
        } catch (YamlEngineException e) {
            throw new Kind.Unfit("is no valid JSON");
        }
    }

    private static Optional<Node> compose(String label, String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(label)
                .setCodePointLimit(MAX_BYTES)
                .setMaxAliasesForCollections(20)
                .build();
        try {
            return new Compose(settings).composeString(text);
        } catch (StackOverflowError e) {
            // The parser calls itself for every bracket.
            throw new YamlEngineException("nested too deeply");
        }
    }

    private Optional<Node> root() {
        try {
            return compose(path.toString(), Files.readString(path));
        } catch (NoSuchFileException e) {
            throw new ConfigProblems(List.of(path + ": no such file (given with --config or EARSHOT_CONFIG)"));
        } catch (IOException e) {
            throw new ConfigProblems(List.of(path + ": cannot be read: " + e.getMessage()));
        } catch (MarkedYamlEngineException e) {
            String line =
                    e.getProblemMark().map(m -> " line " + (m.getLine() + 1)).orElse("");
            throw new ConfigProblems(List.of(path + line + ": is no valid YAML: " + e.getProblem()));
        } catch (YamlEngineException e) {
            throw new ConfigProblems(List.of(path + ": is no valid YAML"));
        }
    }

    private void readRoot(Node root) {
        if (root instanceof MappingNode mapping) {
            try {
                readTable("", mapping, 0);
            } catch (YamlEngineException e) {
                problems.add(path + ": " + e.getMessage());
            }
        } else {
            problems.add(path + line(root) + ": is a list or a word (expected: keys and values, such as network:)");
        }
    }

    private void readTable(String prefix, MappingNode mapping, int depth) {
        for (NodeTuple entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode name)) {
                problems.add(path + line(entry.getKeyNode()) + ": a key must be a word");
                continue;
            }
            String key = prefix.isEmpty() ? name.getValue() : prefix + "." + name.getValue();
            readEntry(key, entry.getValueNode(), depth);
        }
    }

    private void readEntry(String key, Node value, int depth) {
        words.count();
        if (value instanceof MappingNode table && depth < 8) {
            readTable(key, table, depth + 1);
        } else if (value instanceof ScalarNode scalar && scalar.isPlain() && isNothing(scalar.getValue())) {
            return;
        } else if (given.put(key, new Given(words.raw(value, 0), path + line(value))) != null) {
            problems.add(path + line(value) + ": " + key + " is given twice");
        }
    }

    private static boolean isNothing(String word) {
        return word.isEmpty() || word.equals("null") || word.equals("~");
    }

    /** Nodes as the words that were written, so many and no more. */
    private static final class Words {
        private int left = MAX_VALUES;

        void count() {
            if (--left < 0)
                throw new YamlEngineException("has more than " + MAX_VALUES + " values, through its aliases");
        }

        Raw raw(Node node, int depth) {
            count();
            if (depth > 8) return new Raw.Text("");
            return switch (node) {
                case ScalarNode scalar -> new Raw.Text(scalar.getValue());
                case SequenceNode list ->
                    new Raw.Items(
                            list.getValue().stream().map(n -> raw(n, depth + 1)).toList());
                case MappingNode table -> table(table, depth);
                default -> new Raw.Text("");
            };
        }

        private Raw table(MappingNode table, int depth) {
            Map<String, Raw> members = new LinkedHashMap<>();
            for (NodeTuple entry : table.getValue()) {
                if (entry.getKeyNode() instanceof ScalarNode name)
                    members.put(name.getValue(), raw(entry.getValueNode(), depth + 1));
            }
            return new Raw.Table(members);
        }
    }

    private static String line(Node node) {
        return node.getStartMark().map(m -> " line " + (m.getLine() + 1)).orElse("");
    }
}
