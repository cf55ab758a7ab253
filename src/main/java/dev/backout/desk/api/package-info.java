/** REST for what the pages do. */
@NullMarked
package dev.backout.desk.api;

import org.jspecify.annotations.NullMarked;
