/** What a schema and its data are, as lines and digests that can be compared. */
@NullMarked
package dev.backout.fingerprint;

import org.jspecify.annotations.NullMarked;
