"""The chart is held by what it renders: there is no cluster here, and none is needed for what these tests say."""
