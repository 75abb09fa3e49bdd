"""What servers refused."""
