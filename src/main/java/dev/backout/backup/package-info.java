/** Consistent backups that are proven to restore. */
@NullMarked
package dev.backout.backup;

import org.jspecify.annotations.NullMarked;
