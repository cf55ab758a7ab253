/** Backout: rollback runbooks that are already rehearsed. */
@NullMarked
package dev.backout;

import org.jspecify.annotations.NullMarked;
