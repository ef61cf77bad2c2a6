package dev.hacolo.service.cloud;

import java.util.UUID;

/**
 * What a secondary takes from a host, reserved in Placement under a consumer of its own.
 *
 * @param consumer UUID of the consumer, one for each pair
 * @param projectId project that is charged
 * @param userId user that is charged
 * @param host compute host whose resource provider is charged
 * @param vcpus active vCPUs of the secondary
 * @param memoryMb memory in MiB, twice the guest's
 * @param diskGb disk in GiB
 */
public record Reservation(
    UUID consumer,
    String projectId,
    String userId,
    String host,
    int vcpus,
    int memoryMb,
    int diskGb) {}
