package dev.hacolo.service.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The fencing command.
 *
 * @param command an executable
 * @param timeout it is killed after this time
 */
public record FencingConfig(Path command, Duration timeout) {}
