"""Who may talk to whom, by handshakes between real Envoys: one lab and one deployment for all tests."""
