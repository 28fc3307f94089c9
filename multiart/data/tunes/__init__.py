"""Folk tunes to train the melody model on, read from the ABC files that the package music21 carries."""
