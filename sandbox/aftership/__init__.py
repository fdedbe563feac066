"""AfterShip's Tracking API as the group's account answers it."""
