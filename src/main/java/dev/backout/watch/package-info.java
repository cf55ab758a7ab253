/** Measured conditions that say a release is unhealthy, with their evidence. */
@NullMarked
package dev.backout.watch;

import org.jspecify.annotations.NullMarked;
