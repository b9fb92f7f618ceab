"""Real processes under every fault we can make, and the proof afterwards that nothing was lost."""
