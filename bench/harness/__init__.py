"""What the measurements share: browsers, servers beside ours, projects, the floor, figures and the plot."""
