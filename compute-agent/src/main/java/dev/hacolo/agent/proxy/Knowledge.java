package dev.hacolo.agent.proxy;

import dev.hacolo.agent.profile.ProfileBook;
import dev.hacolo.agent.provenance.Learner;
import dev.hacolo.agent.provenance.LearningPolicy;
import java.util.concurrent.Executor;

/**
 * What all VMs of an agent share for pre-release.
 *
 * @param book profiles of services
 * @param policy budgets
 * @param learner searches guests' memory
 * @param examiner runs what reads memory while a VM stands still; it must be free at once
 */
public record Knowledge(
    ProfileBook book, LearningPolicy policy, Learner learner, Executor examiner) {}
