package dev.hacolo.agent.proxy;

import dev.hacolo.agent.compare.ComparatorStatistics;
import dev.hacolo.agent.compare.FeedStatistics;

/**
 * What agent B holds for a secondary VM, and has done.
 *
 * @param feed of its inputs
 * @param comparator of its outputs
 */
public record SecondaryFigures(FeedStatistics feed, ComparatorStatistics comparator) {}
