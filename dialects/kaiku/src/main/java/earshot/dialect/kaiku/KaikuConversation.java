package earshot.dialect.kaiku;

import earshot.core.message.Audience;
import earshot.core.message.CloseReason;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.Lane;
import earshot.core.message.PresenceList;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.message.Tag;
import earshot.core.message.VoiceEvent;
import earshot.core.session.Session;
import earshot.dialect.Conversation;
import earshot.dialect.Frame;
import earshot.dialect.Inbox;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One connection: who it is, what it hears, whose presence it follows.
 *
 * <p>It begins by joining its user's own room, everybody's and those of guilds; then it says {@code ready}, so that ready means events can flow. What the
 * client says before that waits. Friends follow a few at a time.
 */
final class KaikuConversation implements Conversation {
    static final int ROOM = 1;
    static final int SUBSCRIBE = 2;
    static final int UNSUBSCRIBE = 3;
    static final int TYPING = 4;
    static final int QUIET = 5;

    private static final int FROZEN_FORM = 1;
    private static final int WRITTEN_AT_ONCE = 32;
    private static final long SHOW_NANOS = Duration.ofSeconds(10).toNanos();

    private final KaikuDialect.Parts parts;
    private final Session session;
    private final UUID user;
    private final Variant variant;
    private final long signedInMillis;
    private final String ticket;
    private final Joining joining;
    private final Friends friends;
    private final Subscriptions subscriptions;
    private final Channels channels;
    private final VoiceDesk voice;
    private final OwnStatus own;
    private final InboundRate rate;
    private final MyCalls calls;
    private final Set<UUID> guilds = new HashSet<>(4);
    private final Hearing hearing;
    private final EarlyFrames early = new EarlyFrames();
    private final List<ResumeTickets.Heard> returning = new ArrayList<>(0);
    private boolean ready;
    private boolean resumed;
    private boolean hasChanged;
    private long renewedMillis;
    /** When an activity or a custom status may be shown again. */
    private long showAgainNanos;

    private boolean shows;

    KaikuConversation(KaikuDialect.Parts parts, Session session, Handshake.Comer comer, Variant variant) {
        this(
                parts,
                session,
                comer.user().id(),
                variant,
                comer.lost() == null ? parts.clock().millis() : comer.lost().signedInMillis(),
                parts.tickets().isOn() ? parts.secrets().get() : "",
                new State(
                        new Joining(),
                        new Friends(),
                        new Subscriptions(),
                        new OwnStatus(
                                comer.user().status(),
                                parts.config().presence().awayAfter(),
                                parts.clock().nanos()),
                        new InboundRate(parts.config().rates(), parts.clock().nanos()),
                        new MyCalls()));
        showAgainNanos = parts.clock().nanos();
        resumed = comer.lost() != null;
        if (comer.lost() != null) returning.addAll(comer.lost().channels());
        hearing.block(comer.circle().blocked());
        int most = parts.config().sizes().guilds();
        comer.circle().guilds().stream().limit(most).forEach(guilds::add);
        joining.want(Joining.Kind.OWN, user);
        joining.want(Joining.Kind.EVERYBODY, user);
        for (UUID guild : guilds) joining.want(Joining.Kind.GUILD, guild);
        friends.follow(comer.circle().friends(), parts.config().sizes().friends());
    }

    /** What has a frozen form of its own. */
    private record State(
            Joining joining,
            Friends friends,
            Subscriptions subscriptions,
            OwnStatus own,
            InboundRate rate,
            MyCalls calls) {}

    private KaikuConversation(
            KaikuDialect.Parts parts,
            Session session,
            UUID user,
            Variant variant,
            long signedInMillis,
            String ticket,
            State state) {
        this.parts = parts;
        this.session = session;
        this.user = user;
        this.variant = variant;
        this.signedInMillis = signedInMillis;
        this.ticket = ticket;
        this.joining = state.joining();
        this.friends = state.friends();
        this.subscriptions = state.subscriptions();
        this.own = state.own();
        this.rate = state.rate();
        this.calls = state.calls();
        this.hearing = new Hearing(friends, subscriptions);
        this.channels = new Channels(this, parts, subscriptions);
        this.voice = new VoiceDesk(this, parts, session);
        this.renewedMillis = parts.clock().millis();
    }

    UUID user() {
        return user;
    }

    Profile profile() {
        return Objects.requireNonNull(session.user());
    }

    @Override
    public int variant() {
        return variant.spelling();
    }

    @Override
    public boolean gathers() {
        return variant.batched();
    }

    void say(byte[] json, Inbox inbox) {
        inbox.answer(variant.frame(json));
    }

    void error(ErrorCode code, Inbox inbox) {
        error(code, code.message(), inbox);
    }

    private void error(ErrorCode code, String message, Inbox inbox) {
        boolean asSeed = parts.config().seedErrorCodes() && code == ErrorCode.CHANNEL_NOT_FOUND;
        say(ServerFrames.error((asSeed ? ErrorCode.INVALID_REQUEST : code).code(), message), inbox);
    }

    // --- beginning

    @Override
    public void opened(Inbox inbox) {
        joining.goOn(ROOM, variant(), inbox);
    }

    private void onRoom(Joining.Wanted wanted, Reply reply, Inbox inbox) {
        joining.onAnswer();
        switch (reply) {
            case Reply.Joined joined -> onJoined(wanted, joined, inbox);
            case Reply.Refused refused -> {
                boolean later = refused.problem().retryable();
                if (later) joining.failed(wanted, parts.clock().nanos());
                else if (wanted.kind() == Joining.Kind.FRIEND) friends.drop(wanted.id());
            }
            case Reply.Done _, Reply.Accepted _, Reply.History _, Reply.Here _ -> {}
        }
        joining.goOn(ROOM, variant(), inbox);
        if (!ready && joining.isIdle()) begin(inbox);
    }

    private void begin(Inbox inbox) {
        ready = true;
        say(ServerFrames.ready(user, ticket.isEmpty() ? null : ticket), inbox);
        if (!ticket.isEmpty()) parts.tickets().open(ticket, owner(), lost());
        for (UUID friend : friends.all()) joining.want(Joining.Kind.FRIEND, friend);
        if (resumed) voice.resumed();
        for (ResumeTickets.Heard heard : returning) channels.subscribe(heard.channel(), heard.events(), inbox);
        returning.clear();
        joining.goOn(ROOM, variant(), inbox);
        for (Frame frame = early.next(); frame != null; frame = early.next()) take(frame, inbox);
    }

    private void onJoined(Joining.Wanted wanted, Reply.Joined joined, Inbox inbox) {
        switch (wanted.kind()) {
            case OWN -> onOwnRoom(joined.snapshot().presence());
            case FRIEND -> onFriend(wanted.id(), joined, inbox);
            case EVERYBODY, GUILD -> {}
        }
    }

    /** What the user chose stands on the board as soon as one of the user's connections has said it. */
    private void onOwnRoom(PresenceList presence) {
        PresenceList.Present me = presence.users().stream()
                .filter(p -> p.user().user().equals(profile().user()))
                .findFirst()
                .orElse(null);
        if (me != null && me.status().equals(Friends.IDLE)) {
            parts.statuses().tell(profile(), ChosenStatus.ONLINE.word());
        } else if (me != null && !me.note().isEmpty()) {
            ChosenStatus chosen = ChosenStatus.of(me.status());
            if (chosen != null) own.chose(chosen);
        } else if (own.chosen() != ChosenStatus.ONLINE) {
            parts.statuses().tell(profile(), own.chosen().word());
        }
    }

    private void onFriend(UUID friend, Reply.Joined joined, Inbox inbox) {
        String shown = friends.joined(joined.room(), joined.snapshot().presence());
        if (shown == null) {
            inbox.ask(new Command.Leave(joined.room()), Tag.of(QUIET));
            return;
        }
        say(ServerFrames.presence(friend, shown), inbox);
        if (shown.equals(Friends.OFFLINE)) return;
        for (Event.RoomEvent event : joined.snapshot().latest()) {
            if (event instanceof Event.Relayed r
                    && r.dialect().equals(KaikuDialect.NAME)
                    && EventText.isOne(r.payload())) say(r.payload(), inbox);
        }
    }

    // --- listening

    @Override
    public void decode(Frame frame, Inbox inbox) {
        if ((frame.kind() == Frame.Kind.BINARY) != variant.packed()) {
            inbox.rejected(Inbox.Rejected.IGNORED);
            return;
        }
        InboundRate.Verdict verdict = rate.take(parts.clock().nanos());
        if (verdict != InboundRate.Verdict.TAKE) {
            inbox.rejected(Inbox.Rejected.RATE_LIMITED);
            if (verdict == InboundRate.Verdict.REFUSE) error(ErrorCode.RATE_LIMITED, inbox);
            if (verdict == InboundRate.Verdict.CUT) inbox.close(CloseReason.ABUSE);
            return;
        }
        inbox.active();
        if (ready) {
            take(frame, inbox);
        } else if (!early.add(frame)) {
            inbox.rejected(Inbox.Rejected.RATE_LIMITED);
            inbox.close(CloseReason.ABUSE);
        }
    }

    private void take(Frame frame, Inbox inbox) {
        byte[] json = variant.packed() ? MessagePack.toJson(frame.bytes()) : frame.bytes();
        ClientEvent event = json == null ? new ClientEvent.Wrong("Invalid MessagePack") : ClientReader.read(json);
        if (!(event instanceof ClientEvent.Ping)
                && !(event instanceof ClientEvent.Wrong)
                && own.onActive(parts.clock().nanos())) parts.statuses().tell(profile(), ChosenStatus.ONLINE.word());
        switch (event) {
            case ClientEvent.Ping _ -> say(ServerFrames.pong(), inbox);
            case ClientEvent.Subscribe s -> channels.subscribe(s.channel(), s.events(), inbox);
            case ClientEvent.Unsubscribe u -> channels.unsubscribe(u.channel(), inbox);
            case ClientEvent.Typing t -> {
                if (!t.on() || rate.takeTyping(parts.clock().nanos())) channels.typing(t.channel(), t.on(), inbox);
            }
            case ClientEvent.SetStatus s -> choose(s.status(), inbox);
            case ClientEvent.Show s -> show(s, inbox);
            case ClientEvent.VoiceJoin v -> voice.join(v.channel(), inbox);
            case ClientEvent.VoiceLeave v -> voice.leave(v.channel(), inbox);
            case ClientEvent.VoiceAnswer v -> voice.answer(v.channel(), v.sdp(), inbox);
            case ClientEvent.VoiceCandidate v -> voice.candidate(v, inbox);
            case ClientEvent.VoiceMute v -> voice.mute(v.channel(), v.muted(), inbox);
            case ClientEvent.Passed _ -> inbox.rejected(Inbox.Rejected.IGNORED);
            case ClientEvent.Unsupported u -> {
                inbox.rejected(Inbox.Rejected.IGNORED);
                error(u.code(), inbox);
            }
            case ClientEvent.Wrong w -> {
                inbox.rejected(Inbox.Rejected.NOT_UNDERSTOOD);
                error(ErrorCode.INVALID_REQUEST, w.detail(), inbox);
            }
        }
    }

    private void choose(ChosenStatus status, Inbox inbox) {
        inbox.when(parts.product().choose(user, status), (_, failure, later) -> {
            if (failure != null) {
                error(ErrorCode.UNAVAILABLE, later);
                return;
            }
            own.chose(status);
            parts.statuses().tell(profile(), status.word());
        });
    }

    /** Friends see it while the connection that said it lives. */
    private void show(ClientEvent.Show what, Inbox inbox) {
        long now = parts.clock().nanos();
        if (now - showAgainNanos < 0) {
            inbox.rejected(Inbox.Rejected.RATE_LIMITED);
            error(ErrorCode.RATE_LIMITED, inbox);
            return;
        }
        showAgainNanos = now + SHOW_NANOS;
        if (own.chosen() == ChosenStatus.INVISIBLE) return;
        shows = true;
        inbox.ask(shown(what.kind(), what.json()), Tag.of(QUIET));
    }

    private Command.Relay shown(EventType kind, @Nullable String json) {
        RoomId room = Places.ofUser(user);
        byte[] event = ServerFrames.shown(kind, user, json);
        var relayed = new Event.Relayed(room, KaikuDialect.NAME, Lane.LATEST, kind.word(), kind.code(), event);
        return new Command.Relay(room, relayed, Audience.ALL);
    }

    @Override
    public void onReply(Tag tag, Reply reply, Inbox inbox) {
        switch (tag.kind()) {
            case ROOM -> onRoom(Joining.Wanted.of(tag), reply, inbox);
            case SUBSCRIBE -> {
                channels.onSubscribed(UUID.fromString(tag.text()), reply, inbox);
                onSubscriptions();
            }
            case UNSUBSCRIBE -> {
                say(ServerFrames.unsubscribed(UUID.fromString(tag.text())), inbox);
                onSubscriptions();
            }
            case TYPING -> channels.onTyped(tag, reply, inbox);
            default -> {}
        }
    }

    // --- being told

    @Override
    public boolean hears(Event event) {
        return hearing.hears(event);
    }

    @Override
    public boolean takes(Event event, Inbox inbox) {
        if (event instanceof VoiceEvent spoken) return !hearing.isBlocked(spoken) && voice.takes(spoken, inbox);
        if (!(event instanceof Event.Notified told)) return true;
        return switch (told.kind()) {
            case KaikuDialect.EVENT -> !hearing.isBlocked(told.from());
            case KaikuDialect.CALL -> {
                calls.onTold(told, profile(), parts.calls());
                yield !hearing.isBlocked(told.from());
            }
            case KaikuDialect.IN_CALL -> {
                calls.add(told);
                yield false;
            }
            case KaikuDialect.STATUS -> {
                onOwnStatus(told.text());
                yield true;
            }
            case KaikuDialect.IDLE -> {
                if (own.isActive(parts.clock().nanos())) parts.statuses().active(profile());
                yield false;
            }
            case KaikuDialect.ACTIVE -> {
                own.onOtherActive();
                yield false;
            }
            case KaikuDialect.CHANGED -> {
                if (told.text().equals(KaikuDialect.ACCESS)) voice.onAccessChanged(inbox);
                else askForCircle(inbox);
                yield false;
            }
            default -> false;
        };
    }

    private void askForCircle(Inbox inbox) {
        inbox.when(parts.product().circle(user), (circle, _, later) -> {
            if (circle != null) onCircle(circle, later);
        });
    }

    private void onOwnStatus(String word) {
        own.isIdle(word.equals(Friends.IDLE));
        ChosenStatus chosen = ChosenStatus.of(word);
        if (chosen != null && !word.equals(Friends.IDLE)) own.chose(chosen);
    }

    private void onCircle(KaikuProduct.Circle circle, Inbox inbox) {
        hearing.block(circle.blocked());
        for (UUID gone : friends.dropOthersThan(circle.friends()))
            inbox.ask(new Command.Leave(Places.ofUser(gone)), Tag.of(QUIET));
        for (UUID fresh :
                friends.follow(circle.friends(), parts.config().sizes().friends()))
            if (ready) joining.want(Joining.Kind.FRIEND, fresh);
        Set<UUID> now = new HashSet<>(circle.guilds());
        for (UUID guild : List.copyOf(guilds)) {
            if (now.contains(guild)) continue;
            guilds.remove(guild);
            inbox.ask(new Command.Leave(Places.ofGuild(guild)), Tag.of(QUIET));
        }
        for (UUID guild : circle.guilds()) {
            if (guilds.size() < parts.config().sizes().guilds() && guilds.add(guild))
                joining.want(Joining.Kind.GUILD, guild);
        }
        joining.goOn(ROOM, variant(), inbox);
    }

    @Override
    public void onTick(Inbox inbox) {
        long now = parts.clock().nanos();
        joining.onTick(ROOM, variant(), now, inbox);
        if (own.shouldAsk(now)) parts.statuses().idle(profile());
        if (own.isAwayNow(now)) parts.statuses().tell(profile(), Friends.IDLE);
        boolean due = parts.clock().millis() - renewedMillis >= ResumeTickets.RENEW_MILLIS;
        if (hasChanged || due) writeDown();
    }

    /** A few are written down at once, so that whoever is cut right afterwards finds them; of many that come together not each. */
    private void onSubscriptions() {
        hasChanged = true;
        if (subscriptions.size() <= WRITTEN_AT_ONCE) writeDown();
    }

    private void writeDown() {
        if (!ready || ticket.isEmpty()) return;
        hasChanged = false;
        renewedMillis = parts.clock().millis();
        parts.tickets().renew(ticket, owner(), lost());
    }

    // --- ending

    /** Any end may be that of a page that is loaded again: whether somebody is gone is known a little later. */
    @Override
    public CloseReason meaningOf(CloseReason reason) {
        return reason == CloseReason.CLIENT_LEFT ? CloseReason.DEAD_PEER : reason;
    }

    @Override
    public void onEnded(CloseReason reason) {
        channels.onEnded(profile());
        voice.onEnded();
        if (shows) {
            for (EventType kind : List.of(EventType.RICH_PRESENCE_UPDATE, EventType.CUSTOM_STATUS_UPDATE)) {
                var _ = parts.reach().serve(shown(kind, null), profile());
            }
        }
        calls.onEnded(user, parts.calls());
        if (ticket.isEmpty() || !ready) return;
        boolean isOver = reason == CloseReason.KICKED || reason == CloseReason.REVOKED || reason == CloseReason.ABUSE;
        if (isOver) parts.tickets().forget(ticket, owner());
        else parts.tickets().lost(ticket, owner(), lost());
    }

    private ResumeTickets.Lost lost() {
        return new ResumeTickets.Lost(user, session.tokenId(), signedInMillis, subscriptions.heard());
    }

    private long owner() {
        return session.id().incarnation() * 31 + session.id().serial();
    }

    @Override
    public void fault(Inbox inbox) {
        error(ErrorCode.INTERNAL, inbox);
    }

    // --- freezing

    @Override
    public void freeze(DataOutput out) throws IOException {
        long now = parts.clock().nanos();
        out.writeByte(FROZEN_FORM);
        Frozen.write(out, user);
        out.writeByte(variant.number());
        out.writeLong(signedInMillis);
        out.writeUTF(ticket);
        joining.freeze(out);
        friends.freeze(out);
        subscriptions.freeze(out);
        own.freeze(out, now);
        rate.freeze(out, now);
        calls.freeze(out);
        voice.freeze(out);
        out.writeBoolean(resumed);
        out.writeBoolean(ready);
        out.writeBoolean(shows);
        out.writeLong(now - showAgainNanos);
        write(out, guilds);
        hearing.freeze(out);
        out.writeShort(returning.size());
        for (ResumeTickets.Heard heard : returning) {
            Frozen.write(out, heard.channel());
            Frozen.write(out, heard.events());
        }
        early.freeze(out);
    }

    private static void write(DataOutput out, Collection<UUID> ids) throws IOException {
        out.writeShort(ids.size());
        for (UUID id : ids) Frozen.write(out, id);
    }

    static KaikuConversation thaw(KaikuDialect.Parts parts, Session session, DataInput in) throws IOException {
        int form = in.readUnsignedByte();
        if (form != FROZEN_FORM) throw new IOException("form: " + form + " (expected: " + FROZEN_FORM + ")");
        long now = parts.clock().nanos();
        KaikuConfig config = parts.config();
        UUID user = Frozen.readId(in);
        Variant variant = Variant.of(in.readUnsignedByte());
        long signedIn = in.readLong();
        String ticket = in.readUTF();
        var state = new State(
                Joining.thaw(in),
                Friends.thaw(in, 65_535),
                Subscriptions.thaw(in, 65_535),
                OwnStatus.thaw(in, config.presence().awayAfter(), now),
                InboundRate.thaw(config.rates(), in, now),
                MyCalls.thaw(in));
        var conversation = new KaikuConversation(parts, session, user, variant, signedIn, ticket, state);
        conversation.voice.thaw(in);
        conversation.resumed = in.readBoolean();
        conversation.ready = in.readBoolean();
        conversation.shows = in.readBoolean();
        conversation.showAgainNanos = now - in.readLong();
        int count = Frozen.count(in, "guilds", 65_535);
        for (int i = 0; i < count; i++) conversation.guilds.add(Frozen.readId(in));
        conversation.hearing.thaw(in);
        count = Frozen.count(in, "returning", 65_535);
        for (int i = 0; i < count; i++)
            conversation.returning.add(new ResumeTickets.Heard(Frozen.readId(in), Frozen.readBits(in)));
        conversation.early.thaw(in, variant.packed());
        return conversation;
    }
}
