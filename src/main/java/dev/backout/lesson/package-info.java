/** Reviews drafted from finished runs. */
@NullMarked
package dev.backout.lesson;

import org.jspecify.annotations.NullMarked;
