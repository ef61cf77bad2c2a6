/**
 * Which outputs may leave before the secondary VM has made them: the conditions of the release
 * modes {@code strict} and {@code provenance} that are about content (docs/consistency.md). Pure;
 * confined to the packet loop of one VM.
 */
@NullMarked
package dev.hacolo.agent.prerelease;

import org.jspecify.annotations.NullMarked;
