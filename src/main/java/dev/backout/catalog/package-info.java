/** Products, their components, and the releases that are deployed to a target. */
@NullMarked
package dev.backout.catalog;

import org.jspecify.annotations.NullMarked;
