package earshot.bench.table;

import earshot.bench.page.Numbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** One thing to measure. */
sealed interface Step {
    /** From a start of the server to its end, roughly. */
    double seconds(Table.Setup setup);

    String words();

    /** A server under a load. */
    record Loaded(int round, Contender contender, Shape shape) implements Step {
        /** Connections that come in a second, and what each run takes apart from them. */
        private static final double CONNECTS = 3000;

        /** Each new member of a waddle channel is told who is there: in a room of ten thousand that is most of the work. */
        private static final double FULL_LISTS_SECONDS = 25;

        private static final double EXTRA_SECONDS = 4;

        @Override
        public double seconds(Table.Setup setup) {
            double lists = contender.isEarshot() && shape == Shape.ONE_OF_10000 ? FULL_LISTS_SECONDS : 0;
            return setup.warmUpSeconds() + setup.seconds() + shape.connections / CONNECTS + lists + EXTRA_SECONDS;
        }

        @Override
        public String words() {
            return "round " + round + ", " + contender.label + ", " + shape.words;
        }
    }

    /** What its idle connections cost. */
    record Resting(Contender contender) implements Step {
        private static final double CONNECTS = 1500;
        private static final double EXTRA_SECONDS = 8;

        @Override
        public double seconds(Table.Setup setup) {
            return 2.5 * setup.idleSeconds() + 2.0 * setup.idleConnections() / CONNECTS + EXTRA_SECONDS;
        }

        @Override
        public String words() {
            return contender.label + ", idle connections";
        }
    }

    /** The SQLite engine alone. */
    record Sqlite() implements Step {
        @Override
        public double seconds(Table.Setup setup) {
            return SqliteAlone.SECONDS;
        }

        @Override
        public String words() {
            return "SQLite alone";
        }
    }

    /**
     * What is still to be done, in order. Rounds interleave the contenders, every second round backwards, so that what changes on the machine
     * meets all of them alike.
     */
    static List<Step> left(Table table, List<Contender> resting) {
        List<Step> steps = new ArrayList<>();
        for (int round = 1; round <= table.setup().rounds(); round++) {
            List<Contender> order = new ArrayList<>(Arrays.asList(Contender.values()));
            if (round % 2 == 0) Collections.reverse(order);
            for (Shape shape : Shape.values()) {
                for (Contender contender : order) {
                    boolean wanted = table.has(shape)
                            && table.takesPart(contender)
                            && contender.shapes().contains(shape);
                    if (wanted && !table.has(round, contender, shape)) steps.add(new Loaded(round, contender, shape));
                }
            }
        }
        if (table.setup().sqlite() && table.sqlite() == null) steps.add(new Sqlite());
        for (Contender contender : resting) {
            if (table.takesPart(contender) && !table.hasIdle(contender)) steps.add(new Resting(contender));
        }
        return steps;
    }

    static String duration(List<Step> steps, Table.Setup setup) {
        return Numbers.duration(
                steps.stream().mapToDouble(s -> s.seconds(setup)).sum());
    }
}
