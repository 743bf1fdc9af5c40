#include "serial.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static const struct {
	int baud;
	speed_t speed;
} gSpeeds[] = {
	{ 1200, B1200 }, { 2400, B2400 }, { 4800, B4800 }, { 9600, B9600 }, { 19200, B19200 }, { 38400, B38400 },
	{ 57600, B57600 }, { 115200, B115200 }, { 230400, B230400 }, { 460800, B460800 }, { 921600, B921600 },
};

static int setSpeed(struct termios* settings, int baud)
{
	for (size_t i = 0; i < sizeof(gSpeeds) / sizeof(gSpeeds[0]); i++) {
		if (gSpeeds[i].baud == baud)
			return cfsetispeed(settings, gSpeeds[i].speed) || cfsetospeed(settings, gSpeeds[i].speed);
	}
	errno = EINVAL;
	return -1;
}

static int configure(int descriptor, const char* path, const SerialLine* line)
{
	struct termios settings;
	if (tcgetattr(descriptor, &settings))
		return -1;
	cfmakeraw(&settings);
	settings.c_cflag |= CLOCAL | CREAD;
	settings.c_cflag &= ~(tcflag_t)(CRTSCTS | CSIZE | CSTOPB | PARENB | PARODD);
	settings.c_cflag |= line->dataBits == 7 ? CS7 : CS8;
	if (line->stopBits == 2)
		settings.c_cflag |= CSTOPB;
	settings.c_cc[VMIN] = 0;
	settings.c_cc[VTIME] = 0;
	if (setSpeed(&settings, line->baud) || tcsetattr(descriptor, TCSANOW, &settings))
		return -1;
	if (line->parity != 'n') {
		settings.c_cflag |= PARENB;
		if (line->parity == 'o')
			settings.c_cflag |= PARODD;
		/* A pseudo-terminal has no parity: it drops the bit the first time and refuses it (EINVAL) the next. */
		if (tcsetattr(descriptor, TCSANOW, &settings) && strncmp(path, "/dev/pts/", 9))
			return -1;
	}
	return 0;
}

int serialOpen(const char* path, const SerialLine* line, char* why, size_t whySize)
{
	int descriptor = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (descriptor < 0) {
		snprintf(why, whySize, "%s\n%s", path, strerror(errno));
		return -1;
	}
	if (flock(descriptor, LOCK_EX | LOCK_NB)) {
		snprintf(why, whySize, "%s\nbusy", path);
		close(descriptor);
		return -1;
	}
	if (configure(descriptor, path, line)) {
		snprintf(why, whySize, "%s\n%d baud %d%c%d: %s", path, line->baud, line->dataBits, line->parity, line->stopBits, strerror(errno));
		close(descriptor);
		return -1;
	}
	return descriptor;
}
