const lines = (...parts) => `${parts.map(part => `\r\n${part}\r\n`).join("")}\r\nOK\r\n`;

/** What the module of the transcript quectel-bc660k says, and for what that one was not asked, the like. */
export const answers = {
	ATI: "\r\nQuectel_Ltd\r\nQuectel_BC660K-GL\r\nRevision: BC660KGLAAR01A05\r\n\r\nOK\r\n",
	"AT+CGMI": lines("Quectel_Ltd"),
	"AT+CGMM": lines("Quectel_BC660K-GL"),
	"AT+CGMR": lines("Revision: BC660KGLAAR01A05"),
	"AT+CGSN": lines("+CGSN: 001010000000001"),
	"AT+CPIN?": lines("+CPIN: READY"),
	"AT+QCCID": lines("+QCCID: 89000000000000000001"),
	"AT+CIMI": lines("001010000000001"),
	"AT+CFUN?": lines("+CFUN: 1"),
	"AT+QNBIOTEVENT?": lines("+QNBIOTEVENT: 1,1"),
	'AT+QCFG="dsevent"': lines('+QCFG: "dsevent",1'),
	'AT+QICFG="dataformat"': lines('+QICFG: "dataformat",1,1'),
	"AT+QCGDEFCONT?": lines('+QCGDEFCONT: "IPV4V6","iot"'),
	"AT+CEREG?": lines('+CEREG: 5,1,"0001","0000ABCD",9,,,"00100011","00101010"'),
	"AT+CGATT?": lines("+CGATT: 1"),
	"AT+CGDCONT?": lines('+CGDCONT: 0,"IP","iot","10.0.0.7"'),
	"AT+CGPADDR": lines('+CGPADDR: 0,"10.0.0.7"'),
	"AT+COPS?": lines('+COPS: 0,2,"23415",9'),
	"AT+CPSMS?": lines('+CPSMS: 1,,,"00100001","00100011"'),
	"AT+CCLK?": lines('+CCLK: "26/11/20,22:00:00+00"'),
	"AT+QIOPEN": "\r\nOK\r\n\r\n+QIOPEN: 0,0\r\n",
	"AT+QISEND": '\r\nOK\r\n\r\nSEND OK\r\n\r\n+QIURC: "recv",0,12,"6044123461626364FF0102AA"\r\n',
	"AT+QICLOSE": "\r\nOK\r\n\r\nCLOSE OK\r\n",
};
