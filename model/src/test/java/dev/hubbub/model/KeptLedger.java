package dev.hubbub.model;

import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.StoreException;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UsageLedger;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/// A ledger on the heap.
final class KeptLedger implements UsageLedger {

    final List<Charge> charges = new ArrayList<>();
    int reads;
    boolean broken;

    @Override
    public synchronized List<Spent> spent(UserId owner, LocalDate from, int limit) {
        return charges.stream()
                .filter(charge -> charge.owner().equals(owner))
                .map(Charge::spent)
                .filter(spent -> !spent.day().isBefore(from))
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized Usage total(
            @Nullable UserId owner, @Nullable ModelId model, LocalDate from) {
        if (broken) {
            throw new StoreException("The disk is full; make room.");
        }
        reads++;
        return charges.stream()
                .filter(charge -> owner == null || charge.owner().equals(owner))
                .map(Charge::spent)
                .filter(spent -> model == null || spent.model().equals(model))
                .filter(spent -> !spent.day().isBefore(from))
                .map(Spent::usage)
                .reduce(Usage.NONE, Usage::plus);
    }

    @Override
    public synchronized void charge(List<Charge> more) {
        if (broken) {
            throw new StoreException("The disk is full; make room.");
        }
        charges.addAll(more);
    }
}
