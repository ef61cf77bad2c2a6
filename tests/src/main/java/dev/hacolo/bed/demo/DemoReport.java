package dev.hacolo.bed.demo;

import dev.hacolo.bed.stage.Timeline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Figures of a demonstration, the content of {@code --json}. Durations are in ms.
 *
 * @param good whether the demonstration showed what it should
 * @param complaints why not, in sentences
 * @param accelerator {@code kvm} or {@code tcg}
 * @param instanceUuid the guest
 * @param secondaryHost host that was chosen
 * @param choice why it was chosen
 * @param protectedMs from the publication of Nova's event to PROTECTED
 * @param detectMs from the kill to the service's decision that the primary is lost
 * @param failoverMs from the kill to the first answer on an established connection, to a request
 *     that was sent after the guest on node A was dead
 * @param gapMs longest time in which a connection got no answer, the kill in between
 * @param longestGapBeforeMs the same while the guest was protected, before the kill
 * @param reprotectedMs from the restart of node A's agent to PROTECTED with swapped roles
 * @param connections connections that clients had open
 * @param connectionsBroken those of them that were reset, closed or silent for 20 s
 * @param answers answers that were checked byte for byte
 * @param wrongAnswers those that were wrong
 * @param ackedWrites writes that the guest acknowledged
 * @param ackedWritesLost those that are missing in memory or on disk
 * @param timeline all events
 */
record DemoReport(
    boolean good,
    List<String> complaints,
    String accelerator,
    String instanceUuid,
    @Nullable String secondaryHost,
    @Nullable String choice,
    double protectedMs,
    double detectMs,
    double failoverMs,
    double gapMs,
    double longestGapBeforeMs,
    double reprotectedMs,
    int connections,
    int connectionsBroken,
    long answers,
    long wrongAnswers,
    long ackedWrites,
    long ackedWritesLost,
    List<Timeline.Entry> timeline) {}
