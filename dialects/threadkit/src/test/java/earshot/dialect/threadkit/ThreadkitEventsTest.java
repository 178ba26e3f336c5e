package earshot.dialect.threadkit;

import static earshot.dialect.threadkit.TestWorld.COMMENT;
import static earshot.dialect.threadkit.TestWorld.PAGE;
import static earshot.dialect.threadkit.TestWorld.ROOM;
import static earshot.dialect.threadkit.TestWorld.json;
import static earshot.dialect.threadkit.TestWorld.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Change;
import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.Position;
import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.UserId;
import earshot.dialect.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WIRE.md, events of the product: every row of the table. */
final class ThreadkitEventsTest {
    private static final UserId ANN = new UserId("threadkit", TestWorld.ANN);

    private final ThreadkitEvents events = new ThreadkitEvents(ThreadkitConfig.DEFAULT);

    // ---- every type

    @Test
    void newComment_isPostedAsItWasWritten() {
        var told = told(envelope("new_comment", "{\"comment\": " + GoldenFrames.COMMENT + " }"));
        var publish = (Command.Publish) told.command();
        var post = (Change.Post) publish.change();
        assertThat(publish.room()).isEqualTo(ROOM);
        assertThat(publish.idempotencyKey()).isEqualTo("key");
        assertThat(post.messageId()).isEqualTo(COMMENT);
        assertThat(post.text()).isEqualTo("hi *you*");
        assertThat(post.html()).isEqualTo("<p>hi <em>you</em></p>");
        assertThat(post.replyTo()).isEqualTo(TestWorld.PARENT);
        assertThat(post.body()).isNotNull();
        assertThat(post.body().bytes()).isEqualTo(utf8(GoldenFrames.COMMENT));
        assertThat(told.as()).isEqualTo(new Profile(ANN, "Ann", null, "{\"karma\":7}"));
        assertThat(told.whenUnknown()).isNull();
    }

    @Test
    void newComment_afterTextOfManyBytes_isCutAtTheRightPlace() {
        String comment = "{\"i\":\"x\",\"t\":\"\u00e9\ud83d\ude00\",\"zz\":{\"é\":[1]}}";
        String text = "{\"é\":\"\ud83d\ude00\u4f60\",\"data\":{\"ü\":1,\"comment\":" + comment
                + ",\"later\":\"é\"},\"type\":\"new_comment\"}";
        var post = (Change.Post) ((Command.Publish) told(text).command()).change();
        assertThat(post.body()).isNotNull();
        assertThat(post.body().bytes()).isEqualTo(utf8(comment));
    }

    @Test
    void newComment_withTheLeast_isEnough() {
        var told = told(envelope("new_comment", "{\"comment\":{\"i\":\"c1\"}}"));
        var post = (Change.Post) ((Command.Publish) told.command()).change();
        assertThat(post.messageId()).isEqualTo("c1");
        assertThat(post.text()).isEmpty();
        assertThat(told.as().name()).isEqualTo("Anonymous");
        assertThat(told.as().user().id()).isEqualTo("a0000000-0000-0000-0000-000000000000");
    }

    @Test
    void editComment_isAnEdit() {
        var told = told(envelope(
                "edit_comment",
                "{\"comment_id\":\"" + COMMENT + "\",\"content\":\"ho\",\"content_html\":\"<p>ho</p>\"}"));
        assertThat(told.command())
                .isEqualTo(new Command.Publish(ROOM, new Change.Edit(COMMENT, "ho", "<p>ho</p>", null), "key"));
        assertThat(relayed(told)).isEqualTo(json(GoldenFrames.EDIT_COMMENT));
    }

    @Test
    void deleteComment_isADelete() {
        var told = told(envelope("delete_comment", "{\"comment_id\":\"" + COMMENT.replace("-", "") + "\"}"));
        assertThat(told.command()).isEqualTo(new Command.Publish(ROOM, new Change.Delete(COMMENT), "key"));
        assertThat(relayed(told)).isEqualTo(json(GoldenFrames.DELETE_COMMENT));
    }

    @Test
    void voteUpdate_isAVote() {
        String published = "{\"type\":\"vote_update\",\"page_id\":\"550e8400-e29b-41d4-a716-446655440000\",\"data\":"
                + "{\"comment_id\":\"0193a5c0-0000-7000-8000-000000000001\",\"upvotes\":3,\"downvotes\":1}}";
        assertThat(told(published).command()).isEqualTo(new Command.Vote(ROOM, COMMENT, 3, 1));
    }

    @Test
    void pinUpdate_isAPin() {
        var pin = told(pin("true", "1765258377000"));
        assertThat(pin.command()).isEqualTo(new Command.Publish(ROOM, new Change.Pin(COMMENT, true), "key"));
        assertThat(relayed(pin)).isEqualTo(json(GoldenFrames.PIN_UPDATE));
        assertThat(relayed(told(pin("false", "null")))).isEqualTo(json(GoldenFrames.UNPIN_UPDATE));
        assertThat(relayed(told(pin("true", "null"))).at("/params/pinned").booleanValue())
                .isTrue();
    }

    private static String pin(String pinned, String at) {
        return envelope(
                "pin_update",
                "{\"comment_id\":\"" + COMMENT + "\",\"pinned\":" + pinned + ",\"pinned_at\":" + at + "}");
    }

    @Test
    void notification_withTheUser_isReady() {
        String data =
                "{\"type\":\"mention\",\"comment_id\":\"" + COMMENT + "\",\"from_user\":" + GoldenFrames.BOB + "}";
        var notify = (Heard.Notify) events.onUser(ANN, utf8(envelope("notification", data)));
        assertThat(notify.event().user()).isEqualTo(ANN);
        Frame frame = new TestWorld().dialect().encode(notify.event(), 0).getFirst();
        assertThat(json(frame)).isEqualTo(json(GoldenFrames.NOTIFICATION.replace("\"reply\"", "\"mention\"")));
    }

    @Test
    void notification_withTheUsersId_isLookedUp() {
        String data =
                "{\"type\":\"reply\",\"comment_id\":\"" + COMMENT + "\",\"from_user_id\":\"" + TestWorld.BOB + "\"}";
        var heard = (Heard.NotifyFrom) events.onUser(ANN, utf8(envelope("notification", data)));
        assertThat(heard.from()).isEqualTo(new UserId("threadkit", TestWorld.BOB));
        var notify = heard.by(TestWorld.PROFILE_OF_BOB);
        assertThat(notify.event()).isEqualTo(new Event.Notified(ANN, "reply", COMMENT, TestWorld.PROFILE_OF_BOB, ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"comment_id\":\"x\",\"from_user_id\":\"22222222-2222-4222-8222-222222222222\"}",
                "{\"type\":\"reply\",\"from_user_id\":\"22222222-2222-4222-8222-222222222222\"}",
                "{\"type\":\"reply\",\"comment_id\":\"x\"}",
                "{\"type\":\"reply\",\"comment_id\":\"x\",\"from_user_id\":\"bob\"}",
                "{\"type\":\"reply\",\"comment_id\":\"x\",\"from_user\":{\"id\":\"bob\",\"name\":\"Bob\"}}",
                "{\"type\":\"reply\",\"comment_id\":\"x\",\"from_user\":{\"id\":\"22222222-2222-4222-8222-222222222222\"}}",
            })
    void notification_withSomethingMissing_isDropped(String data) {
        assertThat(reason(events.onUser(ANN, utf8(envelope("notification", data)))))
                .isEqualTo(Heard.Reason.BAD_MEMBER);
    }

    // ---- the envelope

    @Test
    void pageIdInTheBody_isNotLookedAt() {
        for (String page : List.of("", "\"page_id\":\"" + TestWorld.page(9) + "\",", "\"page_id\":5,")) {
            String text = "{\"type\":\"delete_comment\"," + page + "\"data\":{\"comment_id\":\"c\"}}";
            assertThat(told(text).command().room()).isEqualTo(ROOM);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{\"type\":\"delete_comment\"} x",
                "{\"type\":\"delete_comment\",\"data\":{\"comment_id\":\"c\"}"
            })
    void whatIsNoJsonObject_isDropped(String text) {
        assertThat(reason(onPage(text))).isEqualTo(Heard.Reason.NOT_JSON);
    }

    @Test
    void whatIsNoUtf8_isDropped() {
        byte[] text = utf8(envelope("delete_comment", "{\"comment_id\":\"?\"}"));
        for (int i = 0; i < text.length; i++) if (text[i] == '?') text[i] = (byte) 0xC0;
        assertThat(reason(events.onPage(ROOM, text, null))).isEqualTo(Heard.Reason.NOT_JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"user_joined", "", "NEW_COMMENT", "notification"})
    void otherType_isDropped(String type) {
        assertThat(reason(onPage(envelope(type, "{}")))).isEqualTo(Heard.Reason.UNKNOWN_TYPE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "new_comment {}",
                "new_comment {\"comment\":null}",
                "new_comment {\"comment\":\"x\"}",
                "new_comment {\"comment\":{}}",
                "new_comment {\"comment\":{\"i\":5}}",
                "new_comment {\"comment\":{\"i\":\"\"}}",
                "edit_comment {\"content\":\"a\",\"content_html\":\"b\"}",
                "edit_comment {\"comment_id\":\"c\",\"content_html\":\"b\"}",
                "edit_comment {\"comment_id\":\"c\",\"content\":\"a\"}",
                "edit_comment {\"comment_id\":\"c\",\"content\":1,\"content_html\":\"b\"}",
                "edit_comment []",
                "delete_comment {}",
                "delete_comment {\"comment_id\":7}",
                "delete_comment {\"comment_id\":\"\"}",
                "vote_update {\"upvotes\":1,\"downvotes\":1}",
                "vote_update {\"comment_id\":\"c\",\"downvotes\":1}",
                "vote_update {\"comment_id\":\"c\",\"upvotes\":1}",
                "vote_update {\"comment_id\":\"c\",\"upvotes\":1.5,\"downvotes\":1}",
                "vote_update {\"comment_id\":\"c\",\"upvotes\":99999999999999999999,\"downvotes\":1}",
                "vote_update {\"comment_id\":\"c\",\"upvotes\":\"1\",\"downvotes\":1}",
                "pin_update {\"pinned\":true}",
                "pin_update {\"comment_id\":\"c\",\"pinned\":\"yes\"}",
                "pin_update {\"comment_id\":\"c\",\"pinned_at\":5}"
            })
    void missingOrMistypedMember_isDroppedAndSaid(String typeAndData) {
        int space = typeAndData.indexOf(' ');
        var heard = onPage(envelope(typeAndData.substring(0, space), typeAndData.substring(space + 1)));
        assertThat(reason(heard)).isEqualTo(Heard.Reason.BAD_MEMBER);
        assertThat(((Heard.Dropped) heard).detail()).isNotEmpty();
    }

    /** T-18. */
    @ParameterizedTest
    @ValueSource(strings = {"pending", "rejected"})
    void commentThatWaitsForAModerator_isWithheldUnlessSwitched(String status) {
        String text = envelope("new_comment", "{\"comment\":{\"i\":\"c\",\"s\":\"" + status + "\"}}");
        assertThat(reason(onPage(text))).isEqualTo(Heard.Reason.WITHHELD);
        var open = new ThreadkitEvents(ThreadkitConfig.DEFAULT.withRelayPending(true));
        assertThat(open.onPage(ROOM, utf8(text), null)).isInstanceOf(Heard.Told.class);
    }

    // ---- delivering

    @Test
    void editOfACommentThatNoLogKnows_isRelayed() {
        var told = told(envelope("delete_comment", "{\"comment_id\":\"" + COMMENT + "\"}"));
        List<Command> served = new ArrayList<>();
        told.deliver(answering(served, Reply.Refused.of(Problem.NOT_FOUND)));
        assertThat(served).containsExactly(told.command(), told.whenUnknown());
        Frame frame = new TestWorld()
                .dialect()
                .encode(((Command.Relay) served.getLast()).event(), 0)
                .getFirst();
        assertThat(json(frame)).isEqualTo(json(GoldenFrames.DELETE_COMMENT));
    }

    @Test
    void editOfAKnownComment_isNotRelayedAsWell() {
        var told = told(envelope("delete_comment", "{\"comment_id\":\"" + COMMENT + "\"}"));
        List<Command> served = new ArrayList<>();
        told.deliver(answering(served, new Reply.Accepted(ROOM, COMMENT, new Position(1, 1), 1, false)));
        told.deliver(answering(served, Reply.Refused.of(Problem.UNAVAILABLE)));
        assertThat(served).containsExactly(told.command(), told.command());
    }

    private static BiFunction<Command, Profile, CompletionStage<Reply>> answering(List<Command> served, Reply reply) {
        return (command, _) -> {
            served.add(command);
            return CompletableFuture.completedStage(reply);
        };
    }

    // ---- helpers

    private Heard onPage(String text) {
        return events.onPage(ROOM, utf8(text), "key");
    }

    private Heard.Told told(String text) {
        return (Heard.Told) onPage(text);
    }

    private static Heard.Reason reason(Heard heard) {
        return ((Heard.Dropped) heard).reason();
    }

    private static tools.jackson.databind.JsonNode relayed(Heard.Told told) {
        return json(Frame.text(((Command.Relay) told.whenUnknown()).event().payload()));
    }

    private static String envelope(String type, String data) {
        return "{\"type\":\"" + type + "\",\"page_id\":\"" + PAGE + "\",\"data\":" + data + "}";
    }
}
