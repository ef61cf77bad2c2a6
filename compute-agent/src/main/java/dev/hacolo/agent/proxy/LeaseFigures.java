package dev.hacolo.agent.proxy;

/**
 * What the end of its lease has meant for a primary's outputs.
 *
 * @param waiting frames that wait for the lease now
 * @param delayed frames that had to wait
 * @param dropped frames that were dropped at the bound
 */
public record LeaseFigures(long waiting, long delayed, long dropped) {}
