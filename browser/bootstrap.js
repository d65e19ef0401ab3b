// the bootstrap
