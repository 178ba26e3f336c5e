package earshot.core.relay;

import earshot.core.message.Emitted;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.RoomId;
import earshot.core.message.SessionId;
import earshot.core.message.VoiceParticipant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node says to a {@link Question}. Immutable. */
public sealed interface Answer {
    /** How many it concerned. */
    record Count(int count) implements Answer {}

    /** To {@link Question.Emit}. */
    record Told(Emitted emitted) implements Answer {}

    /** In the order of realm, tenant and name. */
    record Rooms(List<OpenRoom> rooms) implements Answer {
        public Rooms {
            rooms = List.copyOf(rooms);
        }
    }

    /** Newest last. */
    record Sessions(List<Connected> sessions) implements Answer {
        public Sessions {
            sessions = List.copyOf(sessions);
        }
    }

    /**
     * @param sessions on the node that answers
     * @param users on all nodes, as far as that node knows
     */
    record OpenRoom(RoomId room, int sessions, int users) {}

    /** A session as operators see it. */
    record Connected(
            SessionId id,
            String dialect,
            String tenant,
            @Nullable Profile user,
            long connectedMillis,
            String remote,
            String tokenId,
            List<RoomId> rooms) {
        public Connected {
            rooms = List.copyOf(rooms);
        }

        public SessionAge age() {
            return new SessionAge(connectedMillis, id);
        }
    }

    /**
     * @param node where the voice room lives: an incarnation, as session ids have it
     * @param problem null: it was done
     */
    record VoiceDone(long node, @Nullable Problem problem) implements Answer {}

    record VoiceRoom(List<VoiceParticipant> participants) implements Answer {
        public VoiceRoom {
            participants = List.copyOf(participants);
        }
    }
}
