package dev.hacolo.service.domain;

import dev.hacolo.common.api.SessionOrder;

/**
 * An order and the host whose agent shall get it.
 *
 * @param host the agent's host
 * @param order idempotent
 */
public record HostOrder(String host, SessionOrder order) {}
