package earshot.bench.load;

import java.util.Locale;

/** What rooms and users are called: fresh ones in every run, so that no old history and no old presence is in the way. */
record Names(int run) {
    String room(int room) {
        return String.format(Locale.ROOT, "bench-%06x-%06d", run, room);
    }

    String user(int member) {
        return String.format(Locale.ROOT, "u%06x-%06d", run, member);
    }

    String roomUuid(int room) {
        return String.format(Locale.ROOT, "be%06x-0000-4000-8000-%012x", run, room);
    }

    String userUuid(int member) {
        return String.format(Locale.ROOT, "be%06x-0000-4000-9000-%012x", run, member);
    }
}
