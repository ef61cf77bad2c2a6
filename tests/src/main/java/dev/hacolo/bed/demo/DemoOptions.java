package dev.hacolo.bed.demo;

/**
 * How long and how much.
 *
 * @param connections connections of each of the three protocols, opened in two halves: before and
 *     after the guest is protected
 * @param seconds traffic before the kill and after it
 */
record DemoOptions(int connections, int seconds) {}
