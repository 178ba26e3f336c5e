package earshot.product.kaiku.http;

import earshot.dialect.HttpResponse;
import earshot.product.kaiku.Guild;
import earshot.product.kaiku.Permission;
import earshot.product.kaiku.Refusal;
import earshot.product.kaiku.store.InviteTable.Invite;
import earshot.product.kaiku.store.Tables;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import tools.jackson.databind.node.ObjectNode;

/** Invitations: codes by which people come into a guild by themselves. */
final class InviteEndpoints {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int CODE_CHARS = 8;
    private static final int MAX_ACTIVE = 10;
    private static final int TRIES = 5;

    private final Surroundings with;
    private final MemberEndpoints members;

    InviteEndpoints(Surroundings with) {
        this.with = with;
        this.members = new MemberEndpoints(with);
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.of("GET", "/api/guilds/{guild}/invites", this::list),
                Endpoint.of("POST", "/api/guilds/{guild}/invites", this::create),
                Endpoint.of("DELETE", "/api/guilds/{guild}/invites/{code}", this::delete),
                Endpoint.of("POST", "/api/invites/{code}/join", this::join));
    }

    private CompletionStage<HttpResponse> list(Call call) {
        return with.store()
                .read(t -> {
                    managing(t, call, Permission.MANAGE_INVITES);
                    return t.invites().of(call.id("guild"), with.now());
                })
                .thenApply(all -> Answers.ok(Answers.array(all, Forms::invite)));
    }

    private static void managing(Tables tables, Call call, Permission permission) {
        GuildRights rights = GuildRights.of(tables, call.id("guild"), call.user());
        if (!permission.isIn(rights.permissions())) throw Refusal.forbidden();
    }

    private CompletionStage<HttpResponse> create(Call call) {
        long expires = expires(call.maybeText("expires_in", 0, 16, "expires_in: expected 30m, 1h, 1d, 7d or never")
                .orElse("7d"));
        return with.store()
                .change(t -> {
                    managing(t, call, Permission.CREATE_INVITE);
                    UUID guild = call.id("guild");
                    if (t.invites().of(guild, with.now()).size() >= MAX_ACTIVE)
                        throw Refusal.invalid("Maximum 10 active invites per guild");
                    for (int i = 0; i < TRIES; i++) {
                        Invite invite = new Invite(with.nextId(), guild, code(), call.user(), expires, 0, with.now());
                        if (t.invites().insert(invite)) return invite;
                    }
                    throw new IllegalStateException("codes of invitations run out");
                })
                .thenApply(invite -> Answers.ok(Forms.invite(invite)));
    }

    private long expires(String word) {
        return switch (word) {
            case "30m" -> with.now() + Duration.ofMinutes(30).toMillis();
            case "1h" -> with.now() + Duration.ofHours(1).toMillis();
            case "1d" -> with.now() + Duration.ofDays(1).toMillis();
            case "never" -> Long.MAX_VALUE;
            default -> with.now() + Duration.ofDays(7).toMillis();
        };
    }

    private String code() {
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < CODE_CHARS; i++)
            code.append(LETTERS.charAt(with.secrets().nextInt(LETTERS.length())));
        return code.toString();
    }

    private CompletionStage<HttpResponse> delete(Call call) {
        return with.store()
                .change(t -> {
                    managing(t, call, Permission.MANAGE_INVITES);
                    if (!t.invites().delete(call.id("guild"), call.word("code"))) throw Refusal.noGuild();
                    return true;
                })
                .thenApply(_ -> Answers.noContent());
    }

    private record Joined(Invite invite, Guild guild, boolean fresh) {}

    private CompletionStage<HttpResponse> join(Call call) {
        return with.store()
                .change(t -> {
                    Invite invite = t.invites()
                            .find(call.word("code"))
                            .filter(found -> found.expiresMillis() > with.now())
                            .orElseThrow(() -> Refusal.invalid("Invalid or expired invite code"));
                    Guild guild = t.guilds().find(invite.guildId()).orElseThrow(Refusal::noGuild);
                    boolean fresh = members.enter(t, guild.id(), call.user());
                    if (fresh) t.invites().countUse(invite.id());
                    return new Joined(invite, guild, fresh);
                })
                .thenApply(joined -> Answers.ok(form(joined)));
    }

    private static ObjectNode form(Joined joined) {
        Invite invite = joined.invite;
        return Answers.object()
                .put("id", invite.id().toString())
                .put("code", invite.code())
                .put("guild_id", invite.guildId().toString())
                .put("guild_name", joined.guild.name())
                .put("expires_at", Answers.maybeTime(invite.expiresMillis()))
                .put("use_count", invite.useCount() + (joined.fresh ? 1 : 0))
                .put("created_at", Answers.time(invite.createdMillis()));
    }
}
