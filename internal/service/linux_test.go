package service

func alive(pid int) bool { _, is := look(pid); return is }
