package earshot.gateway;

import earshot.core.message.SessionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which flavors a room's members on this node speak, and how many speak each. Confined to the room's loop. Costs nothing per member who
 * speaks as the first member of that dialect and form did; only the others are remembered one by one, since a leave does not say its flavor.
 */
final class FlavorUse {
    private final List<Use> uses = new ArrayList<>(2);
    private @Nullable Map<SessionId, Use> unusual;

    private static final class Use {
        final Language.Flavor flavor;
        final boolean usual;
        int members;

        Use(Language.Flavor flavor, boolean usual) {
            this.flavor = flavor;
            this.usual = usual;
        }
    }

    int size() {
        return uses.size();
    }

    Language.Flavor flavor(int i) {
        return uses.get(i).flavor;
    }

    int members(int i) {
        return uses.get(i).members;
    }

    void add(SessionId session, Language.Flavor flavor) {
        Use use = use(flavor);
        use.members++;
        if (use.usual) return;
        if (unusual == null) unusual = new HashMap<>();
        unusual.put(session, use);
    }

    /** @param form that the session came with */
    void remove(SessionId session, Language language, WireForm form) {
        Use use = unusual == null ? null : unusual.remove(session);
        if (use == null) use = usual(language, form);
        if (use == null) return;
        use.members--;
        if (members(language, form) == 0) uses.removeIf(u -> u.flavor.language == language && u.flavor.form == form);
    }

    private Use use(Language.Flavor flavor) {
        for (Use use : uses) if (use.flavor == flavor) return use;
        var use = new Use(flavor, usual(flavor.language, flavor.form) == null);
        uses.add(use);
        return use;
    }

    private @Nullable Use usual(Language language, WireForm form) {
        for (Use use : uses) {
            if (use.usual && use.flavor.language == language && use.flavor.form == form) return use;
        }
        return null;
    }

    private int members(Language language, WireForm form) {
        int members = 0;
        for (Use use : uses) {
            if (use.flavor.language == language && use.flavor.form == form) members += use.members;
        }
        return members;
    }
}
