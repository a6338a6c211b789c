package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationStore.Summary;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Resident.Flight;
import dev.hubbub.engine.ToHub.News;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What has become durable and is on its way to the hubs: gathered while a partition handles one
/// message, so that each hub gets one message for it.
final class Outgoing {

    private final List<Activity> activities = new ArrayList<>();
    private final Map<String, List<News>> news = new LinkedHashMap<>();

    /// Whom [#lastListens] is about; null when that is to be asked anew.
    private @Nullable UserId lastOwner;

    private boolean lastListens;

    void add(Resident resident, Flight flight, Partition.World world) {
        Conversation after = flight.after();
        if (isListening(after.owner(), world)) {
            for (ConversationEvent event : flight.events()) {
                if (event.isNumbered()) {
                    activities.add(
                            new Activity(after.owner(), Summary.of(after), Activity.kindOf(event)));
                }
            }
        }
        if (!resident.followers.isEmpty()) {
            var its = new News(resident.id, Partition.positionOf(flight.before), flight.events());
            for (String node : resident.followers) {
                news.computeIfAbsent(node, _ -> new ArrayList<>()).add(its);
            }
        }
    }

    /// Of what one message leads to, most is one owner's.
    private boolean isListening(UserId owner, Partition.World world) {
        if (!owner.equals(lastOwner)) {
            lastOwner = owner;
            lastListens = world.isListening(owner);
        }
        return lastListens;
    }

    void flush(Partition.World world) {
        lastOwner = null;
        if (!news.isEmpty()) {
            news.forEach((node, its) -> world.tell(node, new ToHub.Published(its)));
            news.clear();
        }
        if (!activities.isEmpty()) {
            world.tellAll(new ToHub.Active(List.copyOf(activities)));
            activities.clear();
        }
    }
}
