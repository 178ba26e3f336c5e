package earshot.product.kaiku.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.product.kaiku.Channel;
import earshot.product.kaiku.ChannelAccess;
import earshot.product.kaiku.Friendship;
import earshot.product.kaiku.Guild;
import earshot.product.kaiku.Knowledge;
import earshot.product.kaiku.Membership;
import earshot.product.kaiku.MessageIds;
import earshot.product.kaiku.Permission;
import earshot.product.kaiku.Person;
import earshot.product.kaiku.Role;
import earshot.product.kaiku.RoleOverride;
import earshot.product.kaiku.store.Change;
import earshot.product.kaiku.store.GuildTable;
import earshot.product.kaiku.store.InviteTable.Invite;
import earshot.product.kaiku.store.KaikuStore;
import earshot.product.kaiku.store.LoginTable.Login;
import earshot.product.kaiku.store.PeopleTable.Preferences;
import earshot.product.kaiku.store.ReactionTable.Counted;
import earshot.product.kaiku.store.ReadTable.ReadMark;
import earshot.product.kaiku.store.Tables;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store of kaiku does. Each test makes people and guilds of its own, so that a store may be shared. */
abstract class KaikuStoreContract {
    private KaikuStore store;
    private final List<Change> heard = Collections.synchronizedList(new ArrayList<>());

    abstract KaikuStore open();

    abstract void close(KaikuStore store);

    @BeforeEach
    void begin() {
        store = open();
        store.follow(heard::add);
    }

    @AfterEach
    void end() {
        close(store);
    }

    final KaikuStore store() {
        return store;
    }

    final <T> T change(Function<Tables, T> work) {
        return store.change(work).toCompletableFuture().join();
    }

    /** Each question and change a transaction of its own. */
    final Tables now() {
        return each(Tables.class, (method, arguments) -> {
            Class<?> table = method.getReturnType();
            return each(
                    table,
                    (question, values) -> store.change(t -> called(question, called(method, t), values))
                            .toCompletableFuture()
                            .join());
        });
    }

    private interface Called {
        Object by(Method method, Object[] arguments);
    }

    private static <T> T each(Class<T> type, Called called) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> called.by(method, arguments)));
    }

    private static Object called(Method method, Object on, Object... arguments) {
        try {
            return method.invoke(on, arguments);
        } catch (ReflectiveOperationException e) {
            if (e.getCause() instanceof RuntimeException cause) throw cause;
            throw new IllegalStateException(e);
        }
    }

    static Person person() {
        UUID id = UUID.randomUUID();
        String name = "u_" + id.toString().substring(0, 8);
        return new Person(id, name, "Ünal 🙂 " + name, null, name + "@example.org", Person.ONLINE, 1_700_000_000_123L);
    }

    final Person aPerson() {
        Person person = person();
        assertThat(now().people().insert(person, "hash")).isTrue();
        return person;
    }

    final Guild aGuild(Person owner) {
        Guild guild = new Guild(UUID.randomUUID(), "guild", owner.id(), null, "about", true, 5);
        change(t -> {
            t.guilds().insert(guild);
            t.guilds().addMember(new Membership(guild.id(), owner.id(), null, 5, Set.of()));
            return t.roles()
                    .insert(new Role(UUID.randomUUID(), guild.id(), "everyone", null, Permission.EVERYONE, 0, true, 5));
        });
        return guild;
    }

    final Channel aChannel(UUID guild) {
        var channel = new Channel(UUID.randomUUID(), Channel.Type.TEXT, "general", guild, null, null, 0, 6, 7, 7);
        assertThat(now().channels().insert(channel, MessageIds.tagOf(channel.id())))
                .isTrue();
        return channel;
    }

    @Test
    void people_inserted_areFoundAsTheyWere() {
        Person person = aPerson();
        assertThat(now().people().find(person.id())).contains(person);
        var known = now().people().byUsername(person.username()).orElseThrow();
        assertThat(known.person()).isEqualTo(person);
        assertThat(known.passwordHash()).isEqualTo("hash");
        assertThat(now().people().all(List.of(person.id(), UUID.randomUUID()))).containsExactly(person);
        assertThat(now().people().isEmpty()).isFalse();
    }

    @Test
    void people_withATakenNameOrAddress_areNotInserted() {
        Person person = aPerson();
        Person sameName = new Person(UUID.randomUUID(), person.username(), "x", null, null, "online", 1);
        Person sameAddress = new Person(UUID.randomUUID(), person().username(), "x", null, person.email(), "online", 1);
        assertThat(now().people().insert(sameName, null)).isFalse();
        assertThat(now().people().insert(sameAddress, null)).isFalse();
        Person other = aPerson();
        var takes = new Person(other.id(), other.username(), "y", null, person.email(), "away", 1);
        assertThat(now().people().update(takes)).isFalse();
    }

    @Test
    void preferences_put_areReplaced() {
        Person person = aPerson();
        assertThat(now().people().preferences(person.id())).isEmpty();
        change(t -> {
            t.people().putPreferences(person.id(), new Preferences("{\"a\":1}", 3));
            return true;
        });
        assertThat(now().people().preferences(person.id())).contains(new Preferences("{\"a\":1}", 3));
    }

    @Test
    void guilds_withMembersAndRoles_areReadWhole() {
        Person owner = aPerson();
        Person member = aPerson();
        Guild guild = aGuild(owner);
        Role role = new Role(UUID.randomUUID(), guild.id(), "mods", "#ff0000", 1 << 10, 1, false, 9);
        change(t -> {
            t.roles().insert(role);
            t.guilds().addMember(new Membership(guild.id(), member.id(), "nick", 8, Set.of()));
            return t.roles().give(guild.id(), member.id(), role.id());
        });
        assertThat(now().guilds().membership(guild.id(), member.id()))
                .contains(new Membership(guild.id(), member.id(), "nick", 8, Set.of(role.id())));
        assertThat(now().guilds().ofMember(member.id())).containsExactly(new GuildTable.Counted(guild, 2));
        List<GuildTable.Member> members = now().guilds().members(guild.id(), null, 10);
        assertThat(members).extracting(GuildTable.Member::person).containsExactlyInAnyOrder(owner, member);
        assertThat(members)
                .filteredOn(m -> m.person().equals(member))
                .singleElement()
                .satisfies(m -> assertThat(m.membership().roles()).containsExactly(role.id()));
        UUID first = members.getFirst().person().id();
        assertThat(now().guilds().members(guild.id(), first, 10)).containsExactly(members.get(1));
        assertThat(now().roles().of(guild.id())).hasSize(2).contains(role);
        assertThat(now().roles().give(guild.id(), member.id(), role.id())).isFalse();
        assertThat(now().roles().take(guild.id(), member.id(), role.id())).isTrue();
    }

    @Test
    void guilds_deleted_takeEverythingWithThem() {
        Person owner = aPerson();
        Guild guild = aGuild(owner);
        Channel channel = aChannel(guild.id());
        assertThat(now().guilds().delete(guild.id())).isTrue();
        assertThat(now().channels().find(channel.id())).isEmpty();
        assertThat(now().guilds().membership(guild.id(), owner.id())).isEmpty();
        assertThat(now().roles().of(guild.id())).isEmpty();
    }

    @Test
    void channels_ofDms_areFoundByTheirTwo() {
        Person one = aPerson();
        Person other = aPerson();
        Person third = aPerson();
        Channel pair = dm(one, other);
        dm(one, other, third);
        assertThat(now().channels().pair(one.id(), other.id())).contains(pair);
        assertThat(now().channels().pair(other.id(), one.id())).contains(pair);
        assertThat(now().channels().pair(one.id(), third.id())).isEmpty();
        assertThat(now().channels().dmsOf(one.id())).hasSize(2);
        assertThat(now().channels().participantIds(pair.id())).containsExactlyInAnyOrder(one.id(), other.id());
        assertThat(now().channels().tagged(MessageIds.tagOf(pair.id()))).contains(pair.id());
    }

    private Channel dm(Person... people) {
        var dm = new Channel(UUID.randomUUID(), Channel.Type.DM, "dm", null, null, null, 0, 6, 7, 7);
        change(t -> {
            t.channels().insert(dm, MessageIds.tagOf(dm.id()));
            for (Person person : people) t.channels().addParticipant(dm.id(), person.id(), 7);
            return true;
        });
        return dm;
    }

    @Test
    void channels_updated_areReadAsTheyAreNow() {
        Guild guild = aGuild(aPerson());
        Channel channel = aChannel(guild.id());
        var voice = new Channel(channel.id(), Channel.Type.TEXT, "renamed", guild.id(), "topic", 12, 3, 6, 7, 9);
        change(t -> {
            t.channels().update(voice);
            return true;
        });
        assertThat(now().channels().find(channel.id())).contains(voice);
        assertThat(now().channels().ofGuild(guild.id())).containsExactly(voice);
    }

    @Test
    void friendships_inEitherDirection_areRelationsOfBoth() {
        Person one = aPerson();
        Person friend = aPerson();
        Person enemy = aPerson();
        change(t -> {
            t.friendships().insert(row(one, friend, Friendship.State.PENDING));
            return t.friendships().insert(row(enemy, one, Friendship.State.BLOCKED));
        });
        assertThat(now().friendships().of(one.id(), Friendship.State.BLOCKED)).isEmpty();
        Friendship asked = now().friendships().between(friend.id(), one.id()).getFirst();
        change(t -> {
            t.friendships()
                    .update(new Friendship(
                            asked.id(), asked.requesterId(), asked.addresseeId(), Friendship.State.ACCEPTED, 1, 2));
            return true;
        });
        var relations = now().friendships().relations(one.id());
        assertThat(relations.friends()).containsExactly(friend.id());
        assertThat(relations.blockedBy()).containsExactly(enemy.id());
        assertThat(now().friendships().relations(enemy.id()).blocked()).containsExactly(one.id());
        assertThat(now().friendships().of(friend.id(), Friendship.State.ACCEPTED))
                .singleElement()
                .satisfies(with -> assertThat(with.person()).isEqualTo(one));
    }

    private static Friendship row(Person requester, Person addressee, Friendship.State state) {
        return new Friendship(UUID.randomUUID(), requester.id(), addressee.id(), state, 1, 1);
    }

    @Test
    void logins_taken_areGoneForTheSecond() {
        Person person = aPerson();
        Login login = new Login("h" + UUID.randomUUID(), UUID.randomUUID(), person.id(), 1, 100, "127.0.0.1", "test");
        change(t -> {
            t.logins().insert(login);
            return true;
        });
        assertThat(now().logins().take(login.tokenHash())).contains(login);
        assertThat(now().logins().take(login.tokenHash())).isEmpty();
    }

    @Test
    void invites_readsAndReactions_areKept() {
        Person person = aPerson();
        Guild guild = aGuild(person);
        Channel channel = aChannel(guild.id());
        String code = UUID.randomUUID().toString();
        Invite invite = new Invite(UUID.randomUUID(), guild.id(), code, person.id(), Long.MAX_VALUE, 0, 4);
        assertThat(now().invites().insert(invite)).isTrue();
        change(t -> {
            t.invites().countUse(invite.id());
            t.reads().put(person.id(), channel.id(), new ReadMark("m1", 5));
            t.reads().put(person.id(), channel.id(), new ReadMark(null, 6));
            t.reactions().add(channel.id(), "m1", person.id(), "🙂", 1);
            return t.reactions().add(channel.id(), "m1", guild.ownerId(), "a", 2);
        });
        assertThat(now().invites().find(code).orElseThrow().useCount()).isEqualTo(1);
        assertThat(now().reads().find(person.id(), channel.id())).contains(new ReadMark(null, 6));
        assertThat(now().reactions().of(channel.id(), List.of("m1", "m2"), person.id()))
                .containsExactly(new Counted("m1", "🙂", 1, true), new Counted("m1", "a", 1, true));
        assertThat(now().reactions().kinds(channel.id(), "m1")).isEqualTo(2);
        assertThat(now().reactions().remove(channel.id(), "m1", person.id(), "a"))
                .isTrue();
    }

    @Test
    void change_thatThrows_storesNothingAndSaysWhy() {
        Person person = person();
        assertThatThrownBy(() -> change(t -> {
                    t.people().insert(person, null);
                    t.changed(new Change.OfPerson(person.id()));
                    throw new IllegalStateException("thought better of it");
                }))
                .hasRootCauseInstanceOf(IllegalStateException.class);
        assertThat(now().people().find(person.id())).isEmpty();
        assertThat(heard).doesNotContain(new Change.OfPerson(person.id()));
    }

    @Test
    void changed_isHeardBeforeTheAnswer() {
        Person person = person();
        change(t -> {
            t.changed(new Change.OfPerson(person.id()));
            return t.people().insert(person, null);
        });
        assertThat(heard).contains(new Change.OfPerson(person.id()));
    }

    @Test
    void knowledge_ofAChannel_isAskedOnceAndForgottenByAChange() {
        Knowledge knowledge = new Knowledge(store, Clock.SYSTEM, Meter.NONE);
        Person owner = aPerson();
        Person member = aPerson();
        Guild guild = aGuild(owner);
        Channel channel = aChannel(guild.id());
        assertThat(access(knowledge, member, channel)).isInstanceOf(ChannelAccess.Denied.class);
        change(t -> {
            t.changed(new Change.OfMember(guild.id(), member.id()));
            return t.guilds().addMember(new Membership(guild.id(), member.id(), null, 1, Set.of()));
        });
        assertThat(access(knowledge, member, channel)).isInstanceOf(ChannelAccess.Granted.class);
        assertThat(knowledge.access(member.id(), channel.id()).toCompletableFuture())
                .isCompleted();
        UUID everyone = now().roles().of(guild.id()).getFirst().id();
        change(t -> {
            t.roles().putOverride(new RoleOverride(channel.id(), everyone, 0, Permission.VIEW_CHANNEL.bit()));
            t.changed(new Change.OfGuild(guild.id()));
            return true;
        });
        assertThat(access(knowledge, member, channel)).isInstanceOf(ChannelAccess.Denied.class);
        assertThat(access(knowledge, owner, channel)).isInstanceOf(ChannelAccess.Granted.class);
    }

    private static ChannelAccess access(Knowledge knowledge, Person person, Channel channel) {
        return knowledge.access(person.id(), channel.id()).toCompletableFuture().join();
    }
}
