/** Components, releases and what belongs to them, as read from manifests. */
@NullMarked
package dev.backout.catalog;

import org.jspecify.annotations.NullMarked;
