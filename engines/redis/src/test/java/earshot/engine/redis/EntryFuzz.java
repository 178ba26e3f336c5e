package earshot.engine.redis;

import earshot.core.history.RoomLog;
import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import earshot.core.message.RoomId;

/** What lies in Redis may have been written by anybody: any bytes are an entry, or bad bytes, and nothing worse. */
public final class EntryFuzz {
    private static final RoomId ROOM = new RoomId("test", "", "room");
    private static final Position PLACE = new Position(7, 3);

    private EntryFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        try {
            EntryCodec.decode(ROOM, PLACE, input);
        } catch (ByteReader.BadBytes _) {
            // As it should be.
        }
        try {
            EntryCodec.message(ROOM, PLACE, input, input);
        } catch (ByteReader.BadBytes _) {
            // As it should be.
        }
        RoomFeed feed = new RoomFeed(ROOM);
        feed.add(new RoomLog.Follower() {
            @Override
            public void onEntry(KeptEvent entry) {}

            @Override
            public void onGap() {}
        });
        feed.onMessage("feed", input);
    }
}
