"""What flows through the engine: parcels, ports and errors, on numpy alone."""
